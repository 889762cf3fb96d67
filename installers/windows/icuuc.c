/* Stands in for Windows' own icuuc.dll, which wine lacks, so that Qt6Core.dll can be loaded there. Never shipped.
 *
 * Qt hands text in encodings that it does not know itself (those of older systems) to this library; the program reads
 * and writes UTF-8 only, so that none of these is ever called: each says that it knows no such encoding.
 */

#define FOR_QT __declspec(dllexport)

enum { KNOWS_NONE = 16 }; /* U_UNSUPPORTED_ERROR */

static void *nothing(int *error)
{
    if (error)
        *error = KNOWS_NONE;
    return 0;
}

FOR_QT void *ucnv_open(const char *name, int *error) { (void)name; return nothing(error); }
FOR_QT const char *ucnv_getName(const void *converter, int *error) { (void)converter; return nothing(error); }
FOR_QT const char *ucnv_getStandardName(const char *name, const char *standard, int *error)
{
    (void)name;
    (void)standard;
    return nothing(error);
}
FOR_QT const char *ucnv_getAvailableName(int number) { (void)number; return 0; }
FOR_QT int ucnv_countAvailable(void) { return 0; }
FOR_QT int ucnv_toUCountPending(const void *converter, int *error) { (void)converter; (void)nothing(error); return 0; }
FOR_QT int ucnv_fromUCountPending(const void *converter, int *error) { (void)converter; (void)nothing(error); return 0; }
FOR_QT signed char ucnv_getMaxCharSize(const void *converter) { (void)converter; return 1; }

/* These are called with a converter only, and ucnv_open gave none. */
#define NEVER_CALLED(name) FOR_QT void name(void) { }
NEVER_CALLED(ucnv_close)
NEVER_CALLED(ucnv_reset)
NEVER_CALLED(ucnv_toUnicode)
NEVER_CALLED(ucnv_fromUnicode)
NEVER_CALLED(ucnv_getToUCallBack)
NEVER_CALLED(ucnv_setToUCallBack)
NEVER_CALLED(ucnv_setFromUCallBack)
NEVER_CALLED(ucnv_cbToUWriteUChars)
NEVER_CALLED(ucnv_cbFromUWriteUChars)
NEVER_CALLED(UCNV_FROM_U_CALLBACK_SUBSTITUTE)

int __stdcall DllMain(void *module, unsigned long reason, void *reserved)
{
    (void)module;
    (void)reason;
    (void)reserved;
    return 1;
}
