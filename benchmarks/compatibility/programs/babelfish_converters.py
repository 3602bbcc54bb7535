"""Converts languages by converters that the library has as entry points of its own, and guesses from names of files."""

WHEELS = ("babelfish==0.6.1", "guessit==4.4.0", "rebulk==6.0.1")
NEEDS = ("six==1.17.0",)


def run() -> str:
    import json

    import babelfish
    import guessit
    from babelfish import Country, Language, LanguageReverseConverter, language_converters
    from guessit.jsonutils import GuessitEncoder

    class Mine(LanguageReverseConverter):
        codes = {"my-english", "my-french"}

        def convert(self, alpha3, country=None, script=None):
            return f"my-{Language(alpha3).name.lower()}"

        def reverse(self, code):
            return ("eng", None, None) if code == "my-english" else ("fra", None, None)

    language_converters["mine"] = Mine()
    lines = [
        str(Language("por", "BR")),
        Language("fra").alpha2,
        Language("eng").mine,
        repr(Language.frommine("my-french")),
        repr(Language.fromname("German")),
        repr(Language.fromietf("pt-BR")),
        repr(Language.fromopensubtitles("pob")),
        str(sorted(language_converters)),
        Country("CH").name,
        repr(Country.fromname("SWEDEN")),
        str(len(babelfish.LANGUAGES)),
    ]
    try:
        Language("xxx")
    except ValueError as error:
        lines.append(str(error))
    for name in ("Treme.1x03.Right.Place,.Wrong.Time.HDTV.XviD-NoTV.avi", "The.Film.2010.1080p.French.mkv"):
        lines.append(json.dumps(guessit.guessit(name), cls=GuessitEncoder, sort_keys=True))
    lines.append(str(sorted(guessit.properties())[:5]))
    return "\n".join(lines)
