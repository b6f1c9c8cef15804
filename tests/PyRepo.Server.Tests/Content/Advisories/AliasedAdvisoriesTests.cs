using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Tests.Content.Advisories;

/// <summary>However many members a group has, one answer has a bound.</summary>
public sealed class AliasedAdvisoriesTests
{
    [Theory]
    [InlineData(ServerLimits.MaxAliasedAdvisories, 100)]
    [InlineData(4, ServerLimits.MaxAliasedAdvisoriesLength / 4)]
    public void More_than_an_answer_has_room_for_is_refused(int count, int length)
    {
        var found = new AliasedAdvisories("CVE-2026-1");
        var content = new AdvisoryContent(new byte[length], []);
        for (var i = 0; i < count; i++)
            found.Add(content);
        Assert.Equal(count, found.ToImmutable().Length);
        var refused = Assert.Throws<RejectedException>(() => found.Add(content));
        Assert.Contains("'CVE-2026-1'", refused.Message, StringComparison.Ordinal);
    }
}
