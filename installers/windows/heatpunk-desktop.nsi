; The Windows installer: for one person, without an administrator. `packing.py` calls makensis with every name in it.
;
; What is installed is replaced as a whole or not at all: all is unpacked beside it first, then folders change places.
; Without a window (`/S`) it asks nothing; the exit codes are those of `packing.py`. `/D=FOLDER` (last, without quotes)
; says where a first installation goes; later ones go where the first one is.

Target ${TARGET}
!ifdef IS_QUICK
  SetCompress off
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif

!define PROGRAM "${NAME}.exe"
!define PARTS "_internal"
!define UNINSTALLER "uninstall.exe"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define SCHEME_KEY "Software\Classes\${SCHEME}"
!define SHORTCUT "$SMPROGRAMS\${TITLE}.lnk"

!include MUI2.nsh
!include nsDialogs.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh
!include "${SCRIPTS}/shortcut.nsh"
!include "${SCRIPTS}/checks.nsh"

Name "${TITLE}"
OutFile "${OUTPUT}"
BrandingText "${TITLE} ${VERSION}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS all
AllowSkipFiles off
; Files bear the time at which they are installed: then the installer's bits depend on their contents alone.
SetDateSave off

VIProductVersion "${FILE_VERSION}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "FileDescription" "${TITLE} setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "${PUBLISHER}, MIT licence"
VIAddVersionKey "ProductName" "${TITLE}"
VIAddVersionKey "ProductVersion" "${VERSION}"

Var IsHeld
Var RemovesData
Var RemovesDataBox

; What a person sees

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE_PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "This installs ${TITLE} ${VERSION} for you alone; no administrator is needed.$\r$\n$\r$\n${TITLE} works with Heatpunk and Easy PV. It is not made by their vendor."
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereInstalled
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE StopUnlessOurs
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.AskAboutData un.NoteAnswer
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; Installing

Function .onInit
  SetShellVarContext current
  Call StopOnOldWindows
  Call StopWhereSetupRuns
  Call StopWhereNewer
  ${If} ${Silent}
    Call StopUnlessOurs
  ${EndIf}
FunctionEnd

Function SkipWhereInstalled
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    Abort ; it is upgraded where it is
  ${EndIf}
FunctionEnd

Function .onInstFailed
  RMDir /r "$INSTDIR\new"
FunctionEnd

Section "Install"
  Call WaitUntilClosed
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
  ClearErrors
  !include "${FILES}"
  ${If} ${Errors}
    !insertmacro STOP_UNCHANGED ${CODE_LOCKED} "The files could not be written to$\r$\n$INSTDIR.$\r$\n$\r$\nIs the disk full, or does another program, such as a virus scanner, keep setup from writing there?"
  ${EndIf}
  SetOutPath "$INSTDIR"
  Call WaitUntilClosed ; unpacking took a while
  Call Replace
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"

  CreateShortcut "${SHORTCUT}" "$INSTDIR\${PROGRAM}"
  !insertmacro SET_APP_USER_MODEL_ID "${SHORTCUT}" "${IDENTIFIER}"

  WriteRegStr HKCU "${SCHEME_KEY}" "" "URL:${TITLE}"
  WriteRegStr HKCU "${SCHEME_KEY}" "URL Protocol" ""
  WriteRegStr HKCU "${SCHEME_KEY}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${SCHEME_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  Call TellTheShell
SectionEnd

; What is in the program, in words: nobody's work hangs on them, so that one that is held may stay as it was.
!macro EACH_TEXT DO
  !insertmacro ${DO} "${NOTICES}"
  !insertmacro ${DO} "${BILL}"
!macroend

!macro REPLACE_TEXT FILE
  Delete "$INSTDIR\${FILE}"
  Rename "$INSTDIR\new\${FILE}" "$INSTDIR\${FILE}"
  Delete "$INSTDIR\new\${FILE}"
!macroend

!macro DELETE_TEXT FILE
  Delete "$INSTDIR\${FILE}"
!macroend

; Moves what is there, unless something could not be moved before.
!macro MOVE FROM TO
  ${If} $IsHeld == ""
  ${AndIf} ${FileExists} "$INSTDIR\${FROM}"
    ClearErrors
    Rename "$INSTDIR\${FROM}" "$INSTDIR\${TO}"
    ${If} ${Errors} ; asking takes the mark away, hence the variable
      StrCpy $IsHeld "yes"
    ${EndIf}
  ${EndIf}
!macroend

; Puts what was unpacked in the place of what is there, which goes whole or stays whole.
Function Replace
  CreateDirectory "$INSTDIR\old"
  StrCpy $IsHeld ""
  !insertmacro MOVE "${PARTS}" "old\${PARTS}"
  !insertmacro MOVE "${PROGRAM}" "old\${PROGRAM}"
  !insertmacro MOVE "new\${PARTS}" "${PARTS}"
  !insertmacro MOVE "new\${PROGRAM}" "${PROGRAM}"
  ${If} $IsHeld != ""
    Call PutBack
    !insertmacro STOP_UNCHANGED ${CODE_LOCKED} "Another program, such as a virus scanner, holds files in$\r$\n$INSTDIR."
  ${EndIf}
  !insertmacro EACH_TEXT REPLACE_TEXT
  RMDir "$INSTDIR\new"
  RMDir /r "$INSTDIR\old" ; what is still held there goes at the next upgrade
FunctionEnd

Function PutBack
  ${If} ${FileExists} "$INSTDIR\old\${PARTS}"
    ${If} ${FileExists} "$INSTDIR\${PARTS}"
      Rename "$INSTDIR\${PARTS}" "$INSTDIR\new\${PARTS}"
    ${EndIf}
    Rename "$INSTDIR\old\${PARTS}" "$INSTDIR\${PARTS}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\old\${PROGRAM}"
    Rename "$INSTDIR\old\${PROGRAM}" "$INSTDIR\${PROGRAM}"
  ${EndIf}
  RMDir "$INSTDIR\old"
FunctionEnd

; Uninstalling

Function un.onInit
  SetShellVarContext current
  Call un.StopWhereSetupRuns
  StrCpy $RemovesData ${BST_UNCHECKED}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/REMOVEDATA" $1
  ${IfNot} ${Errors}
    StrCpy $RemovesData ${BST_CHECKED}
  ${EndIf}
FunctionEnd

Function un.AskAboutData
  !insertmacro MUI_HEADER_TEXT "Remove ${TITLE}" "From this computer, for you alone."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 36u "${TITLE} will be removed. What it keeps for you stays unless you tick the box, so that it is there if you install it again: its copy of your projects, changes that have not reached the server yet, your settings, and your API keys."
  Pop $0
  ${NSD_CreateCheckBox} 0 44u 100% 12u "&Delete my data and API keys from this computer, too"
  Pop $RemovesDataBox
  ${NSD_SetState} $RemovesDataBox $RemovesData
  ${NSD_CreateLabel} 12u 58u -12u 28u "Changes that have not reached the server yet would be lost. Projects on the server are not touched."
  Pop $0
  nsDialogs::Show
FunctionEnd

Function un.NoteAnswer
  ${NSD_GetState} $RemovesDataBox $RemovesData
FunctionEnd

Section "un.Uninstall"
  Call un.WaitUntilClosed
  ; A copy of the uninstaller that was moved elsewhere must not clear that folder.
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    Call un.StopWhereHeld
    ${If} $RemovesData == ${BST_CHECKED}
      Call un.RemoveData
    ${EndIf}
    Delete "$INSTDIR\${PROGRAM}"
    !insertmacro EACH_TEXT DELETE_TEXT
    RMDir /r "$INSTDIR\old"
    RMDir /r "$INSTDIR\new"
    Delete "$INSTDIR\${UNINSTALLER}"
    SetOutPath "$TEMP" ; no folder can go while it is the current one
    RMDir "$INSTDIR"
  ${EndIf}
  Delete "${SHORTCUT}"
  ReadRegStr $0 HKCU "${SCHEME_KEY}\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\${PROGRAM}" "%1"' ; else another program has taken the scheme over since
    DeleteRegKey HKCU "${SCHEME_KEY}"
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  Call un.TellTheShell
SectionEnd

; The program itself knows which keys are its own, so it goes last.
Function un.RemoveData
  Rename "$INSTDIR\old\${PARTS}" "$INSTDIR\${PARTS}"
  nsExec::Exec /TIMEOUT=60000 '"$INSTDIR\${PROGRAM}" --forget-keys'
  Pop $0
  Rename "$INSTDIR\${PARTS}" "$INSTDIR\old\${PARTS}"
  ${If} $0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "Not all of your API keys could be removed.$\r$\n$\r$\nThey are in Windows' Credential Manager, under Windows Credentials, and their names hold '${TITLE}': please remove them there." /SD IDOK
  ${EndIf}
  ClearErrors
  RMDir /r "$LOCALAPPDATA\${NAME}"
  RMDir /r "$LOCALAPPDATA\${NAME}-demo"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONEXCLAMATION "Another program holds some of your data, which stays in$\r$\n$LOCALAPPDATA\${NAME}.$\r$\n$\r$\nPlease delete that folder yourself." /SD IDOK
  ${EndIf}
FunctionEnd
