using PyRepo.Server.Commands;

namespace PyRepo.Server.Tests.Commands;

public sealed class AnnouncementTests
{
    [Theory]
    [InlineData("./data/.credentials/ours", "./data/.credentials/ours")]
    [InlineData("my data/$HOME", "'my data/$HOME'")]
    [InlineData("it's", @"'it'\''s'")]
    public void A_path_can_be_pasted_into_a_shell(string path, string quoted) =>
        Assert.Equal(quoted, Announcement.Quoted(path));
}
