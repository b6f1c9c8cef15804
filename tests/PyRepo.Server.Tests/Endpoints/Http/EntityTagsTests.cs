using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class EntityTagsTests
{
    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("*", true)]
    [InlineData("\"x\", \"a\"", true)]
    [InlineData("\"x\",W/\"a\" ,\"y\"", true)]
    [InlineData("\"x\"", false)]
    [InlineData("a", false)]
    [InlineData("\"A\"", false)]
    [InlineData("", false)]
    [InlineData(",,", false)]
    [InlineData("w/\"a\"", false)]
    public void A_header_names_a_tag_weakly_or_strongly(string header, bool expected) =>
        Assert.Equal(expected, EntityTags.AnyMatches(header, "\"a\""));
}
