using PyRepo.Packaging.Requirements;

namespace PyRepo.Packaging.Tests.Requirements;

public sealed class RequirementLineTests
{
    [Theory]
    [InlineData("\uFEFFa==1\r\n\n# b\n  c  # d\n", "1 a==1|4 c")]
    [InlineData("a \\\n  ==1\nb", "1 a    ==1|3 b")]
    [InlineData("a==1 \\", "1 a==1")]
    [InlineData("a \\\n# b\nc", "1 a|3 c")]
    [InlineData("a @ https://example.com/a.whl#sha256=1", "1 a @ https://example.com/a.whl#sha256=1")]
    [InlineData("a\vb\fc\u001cd\u001de\u001ef", "1 a|2 b|3 c|4 d|5 e|6 f")]
    [InlineData("g\u0085h\u2028i\u2029j\rk\r\nl", "1 g|2 h|3 i|4 j|5 k|6 l")]
    [InlineData("a # b\u2028c", "1 a|2 c")]
    [InlineData("", "")]
    public void Joined_lines_lose_their_comments_and_keep_the_first_line_number(string file, string lines) =>
        Assert.Equal(lines, string.Join('|', RequirementLine.Split(file).Select(line => $"{line.Number} {line.Text}")));

    [Theory]
    [InlineData("a==1 --hash=sha256:1 --hash sha256:2", "a==1", "sha256:1 sha256:2")]
    [InlineData("a==1; python_version<'3' --config-settings=b --hash", "a==1; python_version<'3'", "")]
    [InlineData("--index-url https://example.com", "", "")]
    [InlineData("a-b==1", "a-b==1", "")]
    public void A_requirement_ends_at_its_first_option(string text, string requirement, string hashes)
    {
        var line = Assert.Single(RequirementLine.Split(text));
        Assert.Equal(requirement, line.Requirement);
        Assert.Equal(hashes, string.Join(' ', line.Hashes));
    }
}
