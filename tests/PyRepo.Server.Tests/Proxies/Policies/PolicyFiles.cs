using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Tests.Proxies.Policies;

/// <summary>Makes the files that policies judge.</summary>
static class PolicyFiles
{
    /// <summary>The time of all judgments.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A file that has been there for a number of days.</summary>
    public static Distribution File(string fileName, string project, double days = 1000)
    {
        Assert.True(DistributionFileName.TryParse(fileName, ProjectName.Parse(project), out var name));
        return new Distribution
        {
            Name = name,
            Size = 1,
            Sha256 = Sha256Digest.Parse(new string('a', 64)),
            UploadedAt = Now.AddDays(-days),
            AvailableSince = Now.AddDays(-days),
            Location = $"https://example.com/{fileName}",
        };
    }

    /// <summary>A wheel that has been there for a number of days.</summary>
    public static Distribution Wheel(string project, string version, double days = 1000) =>
        File($"{project.Replace('-', '_')}-{version}-py3-none-any.whl", project, days);

    /// <summary>A project with these files.</summary>
    public static ProjectSnapshot Project(string project, params Distribution[] files) => new()
    {
        Project = ProjectName.Parse(project),
        Version = "1",
        Files = [.. files.Select(f => new SnapshotFile(f))],
    };
}
