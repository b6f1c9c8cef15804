using System.Text;
using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class SamplesTests
{
    static readonly string _folder = Path.Combine(Sample.Root, "config", "samples");

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(_folder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_contains_everything_that_it_refers_to(string file)
    {
        var set = ManifestFiles.Load([Path.Combine(_folder, file)]).Read();
        Assert.Empty(set.Problems);
        Assert.NotEmpty(set.Resources);
        Assert.Empty(CrossChecks.MissingReferences(set));
        Assert.Empty(CrossChecks.MissingMembers(set));
    }

    [Fact]
    public void The_samples_can_be_applied_together() => Assert.Empty(ManifestFiles.Load([_folder]).Read().Problems);

    [Fact]
    public void The_users_of_the_sample_are_lines_of_htpasswd()
    {
        var set = ManifestFiles.Load([Path.Combine(_folder, "pythonrepository-users.yaml")]).Read();
        var users = Encoding.UTF8.GetString(set.Secrets[new("default", "team-b-users")].Data["htpasswd"].Span);
        Assert.Equal(["alice", "bob"], users.TrimEnd().Split('\n').Select(line => line.Split(":$6$")[0]));
    }
}
