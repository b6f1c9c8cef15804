using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Tests.Content.Descriptions;

public sealed class CodeTokensTests
{
    [Theory]
    [InlineData("python", "def f(x): return f\"{x}\" + 1.5 # why", "k:def d:f k:return s:f\"{x}\" o:+ n:1.5 c:# why")]
    [InlineData("python", "'''a\nb''' None", "s:'''a\nb''' k:None")]
    [InlineData("python", "x = \"a\\\"b\nimport", "o:= s:\"a\\\"b k:import")]
    [InlineData("pycon", ">>> import a\nimport", "o:>>> k:import")]
    [InlineData("console", "$ cd $HOME # go\nexport", "o:$ k:cd d:$HOME c:# go")]
    [InlineData("bash", "export A=\"b\" && echo a#b", "k:export o:= s:\"b\" o:&& k:echo")]
    [InlineData("toml", "[a.b] # c\nkey-1 = \"x\"\nn = 1", "d:[a.b]  c:# c d:key-1 o:= s:\"x\" d:n o:= n:1")]
    [InlineData("ini", "[a]\nb = it's\n; c", "d:[a] d:b o:= c:; c")]
    [InlineData("json", "{\"a\" : [\"b\", 1, true]}", "d:\"a\" o:: s:\"b\" n:1 k:true")]
    [InlineData("yaml", "- a-b: \"c\" # d\n  e: true", "d:a-b o:: s:\"c\" c:# d d:e o:: k:true")]
    [InlineData("YML", "a: 1", "d:a o:: n:1")]
    [InlineData("rust", "fn main() {}", "")]
    [InlineData("", "def", "")]
    public void Code_has_the_colors_of_its_language(string language, string code, string expected) => Assert.Equal(
        expected, string.Join(' ', CodeTokens.Split(code, language)
            .Where(token => token.Kind is not CodeTokenKind.Plain)
            .Select(token => $"{CodeTokens.LetterOf(token.Kind)}:{token.Text}")));

    [Fact]
    public void No_character_is_lost() => Prop.ForAll(
        Gen.Elements(
            "\"", "'", "\"\"\"", "#", "$", "${", "}", "\n", ">>> ", "... ", "$ ", "=", ":", "[", "]", "\\", "a", "1",
            "def ", " ", "-", "é", "\ud800").ArrayOf().Select(string.Concat).ToArbitrary(),
        code => new[] { "python", "pycon", "console", "bash", "toml", "ini", "json", "yaml" }.All(
            language => string.Concat(CodeTokens.Split(code, language).Select(token => token.Text)) == code))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Code_has_a_bounded_number_of_colors() =>
        Assert.InRange(CodeTokens.Split(string.Concat(Enumerable.Repeat("1 ", 100_000)), "python").Count, 1, 30_000);
}
