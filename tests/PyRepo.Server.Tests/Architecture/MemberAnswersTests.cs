using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// What the server of a group takes for a member's answer, the member has proved: requests to members have one way.
/// </summary>
public sealed class MemberAnswersTests
{
    const string TheWay = "src/PyRepo.Server/Proxies/Upstream/MemberAuthentication.cs";

    [Theory]
    [InlineData(".SignRequest(")]
    [InlineData(".IsAnswerTo(")]
    public void Only_code_that_checks_the_proof_signs_a_token_for_a_member(string call) =>
        Assert.Equal([TheWay], FilesWith(ServerSources.Files(), call));

    [Fact]
    public void A_group_sends_nothing_itself() => Assert.Empty(
        ((string[])["ient.SendAsync(", "ient.GetAsync(", "ient.PostAsync(", "ient.Send(", "new HttpClient("])
            .SelectMany(call => FilesWith("src/PyRepo.Server/Groups", call)));

    [Fact]
    public void A_connection_to_a_member_is_found_by_this() => Assert.Equal(
        [
            "src/PyRepo.Server/Groups/MemberAdvisories.cs", "src/PyRepo.Server/Groups/MemberConnection.cs",
            "src/PyRepo.Server/Groups/MemberDownloads.cs", "src/PyRepo.Server/Groups/MemberStatistics.cs",
            "src/PyRepo.Server/Groups/MemberTokenSource.cs",
        ],
        FilesWith("src/PyRepo.Server/Groups", "new HttpMessageInvoker(")
            .Concat(FilesWith("src/PyRepo.Server/Groups", "new UpstreamConnection(")).Order(StringComparer.Ordinal));

    static IEnumerable<string> FilesWith(string folder, string call) =>
        FilesWith(SourceTree.Files(folder, ".cs"), call);

    static IEnumerable<string> FilesWith(IEnumerable<string> files, string call) =>
        files.Where(file => SourceTree.Read(file).Contains(call, StringComparison.Ordinal));
}
