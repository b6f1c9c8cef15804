namespace PyRepo.Packaging.Simple;

enum HtmlTokenKind
{
    Text,
    StartTag,
    EndTag,
    Comment,
}
