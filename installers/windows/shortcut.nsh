; Gives a shortcut the AppUserModelID that the program gives its windows, so that Windows shows both as one on the taskbar
; and pins the right thing. NSIS has no command of its own for it, hence COM. Wine takes the call and keeps nothing.
!include Win\COM.nsh
!include Win\Propkey.nsh

!macro SET_APP_USER_MODEL_ID FILE ID
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
    ${If} $1 P<> 0
    ${AndIf} $2 P<> 0
      ${IPersistFile::Load} $1 `("${FILE}",${STGM_READWRITE})`
      System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
      System::Call 'oleaut32::SysAllocString(w "${ID}")p.r4'
      System::Call '*(&i2 ${VT_BSTR},&i6 0,p r4,p 0)p.r5'
      ${IPropertyStore::SetValue} $2 '(r3,r5)'
      ${IPropertyStore::Commit} $2 ""
      ${IPersistFile::Save} $1 `("${FILE}",1)`
      System::Call 'oleaut32::SysFreeString(p r4)'
      System::Free $3
      System::Free $5
    ${EndIf}
    ${If} $1 P<> 0
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${If} $2 P<> 0
      ${IUnknown::Release} $2 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend
