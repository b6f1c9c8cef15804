using PyRepo.Packaging.Names;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class ProjectPatternTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("Foo_Bar", "foo-bar", true)]
    [InlineData("foo.bar", "foo-bar", true)]
    [InlineData("foo", "foo-bar", false)]
    [InlineData("foo-*", "foo-bar", true)]
    [InlineData("Foo.*", "foo-bar", true)]
    [InlineData("foo*", "foo", true)]
    [InlineData("foo*", "foobar", true)]
    [InlineData("foo-*", "foo", false)]
    [InlineData("*-internal", "foo-internal", true)]
    [InlineData("*-internal", "foo-internal-x", false)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abde", false)]
    [InlineData("*", "x", true)]
    public void A_star_matches_any_characters_and_all_others_match_in_any_spelling(
        string pattern, string project, bool fits) =>
        Assert.Equal(fits, ProjectPattern.Matches(pattern, ProjectName.Parse(project)));
}
