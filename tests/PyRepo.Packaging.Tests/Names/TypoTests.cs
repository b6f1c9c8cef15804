using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Tests.Names;

public sealed class TypoTests
{
    [Theory]
    [InlineData("requests", "request")]
    [InlineData("requests", "requestss")]
    [InlineData("requests", "rquests")]
    [InlineData("requests", "reqeusts")]
    [InlineData("requests", "requesta")]
    [InlineData("litellm", "1itellm")]
    [InlineData("python-dateutil", "pythondateutil")]
    public void One_typo_makes_another_name(string name, string other)
    {
        Assert.True(Typo.IsOneAway(ProjectName.Parse(name), ProjectName.Parse(other)));
        Assert.True(Typo.IsOneAway(ProjectName.Parse(other), ProjectName.Parse(name)));
    }

    [Theory]
    [InlineData("requests", "requests")]
    [InlineData("requests", "requests-mock")]
    [InlineData("requests", "reuqesst")]
    [InlineData("httpx", "httpx2")]
    [InlineData("urllib2", "urllib3")]
    [InlineData("six", "sixx")]
    [InlineData("pytz", "pytzz")]
    [InlineData("abcde", "edcba")]
    public void More_than_one_or_a_short_name_does_not(string name, string other) =>
        Assert.False(Typo.IsOneAway(ProjectName.Parse(name), ProjectName.Parse(other)));
}
