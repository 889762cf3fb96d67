; What setup and the uninstaller look at before they change anything.

; Ends it all: says so where there is a window, and gives the code either way.
!macro STOP CODE WORDS
  MessageBox MB_OK|MB_ICONSTOP "${WORDS}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; The same once files were unpacked.
!macro STOP_UNCHANGED CODE WORDS
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\new"
  RMDir "$INSTDIR"
  !insertmacro STOP ${CODE} "${WORDS}$\r$\n$\r$\nNothing was changed. Please try again in a few minutes."
!macroend

Function StopOnOldWindows
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    !insertmacro STOP ${CODE_OLD_WINDOWS} "${TITLE} needs 64-bit Windows 10, version 1809 or later."
  ${EndIf}
FunctionEnd

Function StopWhereNewer
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $1 HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == ""
  ${OrIfNot} ${FileExists} "$1\${PROGRAM}"
    Return
  ${EndIf}
  StrCpy $INSTDIR $1
  ${VersionCompare} "$0" "${VERSION}" $2
  ${If} $2 == 1
    !insertmacro STOP ${CODE_NEWER} "${TITLE} $0 is installed already, which is newer than this one (${VERSION}).$\r$\n$\r$\nAn older program may not understand the newer one's data. If you want it all the same, uninstall the newer one first."
  ${EndIf}
FunctionEnd

; Only a folder that is new, empty or ours may be written to: what is in it is replaced as a whole.
Function StopUnlessOurs
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    Return
  ${EndIf}
  FindFirst $0 $1 "$INSTDIR\*"
  ${DoWhile} $1 != ""
    ${If} $1 != "."
    ${AndIf} $1 != ".."
    ${AndIf} $1 != "new" ; of a setup that was cut short
    ${AndIf} $1 != "old"
      FindClose $0
      ${If} ${Silent}
        SetErrorLevel ${CODE_NOT_EMPTY}
        Quit
      ${EndIf}
      MessageBox MB_OK|MB_ICONEXCLAMATION "There are other files in$\r$\n$INSTDIR.$\r$\n$\r$\nPlease choose a folder that is empty or new."
      Abort
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
FunctionEnd

!macro CHECKS_OF UN
  Function ${UN}StopWhereSetupRuns
    System::Call 'kernel32::CreateMutexW(p 0, i 0, w "${NAME}-setup") p .r0 ?e'
    Pop $0
    ${If} $0 = 183 ; it is there already; it goes when the process that made it ends
      !insertmacro STOP ${CODE_SETUP_RUNS} "${TITLE} is being installed or removed already. Please wait until that has ended."
    ${EndIf}
  FunctionEnd

  ; A program that runs cannot be opened for writing. Virus scanners hold a file for moments, hence the tries.
  Function ${UN}WaitUntilClosed
    ${Do}
      ${For} $1 1 8
        ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
          Return
        ${EndIf}
        ClearErrors
        FileOpen $0 "$INSTDIR\${PROGRAM}" a
        ${IfNot} ${Errors}
          FileClose $0
          Return
        ${EndIf}
        Sleep 250
      ${Next}
      ${If} ${Silent}
      ${OrIf} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${TITLE} is running. Please close its window, then press Retry.$\r$\n$\r$\nWhere no window is open, another program, such as a virus scanner, holds its files: wait a little, then press Retry." IDCANCEL`
        SetOutPath "$TEMP"
        RMDir /r "$INSTDIR\new"
        SetErrorLevel ${CODE_RUNNING}
        Quit
      ${EndIf}
    ${Loop}
  FunctionEnd

  ; Explorer and the Start menu learn of the scheme and of the icon at once.
  Function ${UN}TellTheShell
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  FunctionEnd
!macroend
!insertmacro CHECKS_OF ""
!insertmacro CHECKS_OF "un."

; Moves the program's parts aside, which works only where nobody holds a file of them.
Function un.StopWhereHeld
  RMDir /r "$INSTDIR\old"
  ${IfNot} ${FileExists} "$INSTDIR\${PARTS}"
    Return
  ${EndIf}
  CreateDirectory "$INSTDIR\old"
  ClearErrors
  Rename "$INSTDIR\${PARTS}" "$INSTDIR\old\${PARTS}"
  ${If} ${Errors}
    RMDir "$INSTDIR\old"
    !insertmacro STOP ${CODE_LOCKED} "Another program, such as a virus scanner, holds files in$\r$\n$INSTDIR.$\r$\n$\r$\nNothing was removed. Please try again in a few minutes."
  ${EndIf}
FunctionEnd
