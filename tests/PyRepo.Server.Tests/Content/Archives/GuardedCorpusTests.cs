using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Archives;

/// <summary>
/// The rules that are on by default touch few of the distributions that people really use: the corpus, and the wheels of
/// Python's tools, each as the newest file that a proxy sees. Those that they touch are named in docs/policies.md.
/// </summary>
public sealed partial class GuardedCorpusTests(ITestOutputHelper output)
{
    const double MaxShare = 0.01;

    [AssetFact("python/wheels")]
    public void The_default_rules_touch_at_most_one_in_a_hundred_distributions()
    {
        var files = Corpus().Concat(Tools()).DistinctBy(file => file.File.Name.FileName).ToList();
        var listed = Listed().ToLookup(file => file.File.Name.Project);
        var names = files.Select(file => file.File.Name.Project).ToHashSet();
        var touched = new List<string>();
        foreach (var project in files.GroupBy(file => file.File.Name.Project))
        {
            List<GuardedFile> all =
                [.. project.Concat(listed[project.Key]).DistinctBy(file => file.File.Name.FileName)];
            var lookAlike = names.FirstOrDefault(name => Typo.IsOneAway(name, project.Key));
            var guard = new ReleaseGuard(
                all, TimeSpan.FromDays(7), lookAlike.Value.Length > 0 ? lookAlike.Value : null);
            touched.AddRange(
                from file in project
                from finding in guard.Judge(file, isNew: true)
                where GuardSpec.DefaultRules.Contains(finding.Rule)
                select $"{file.File.Name.FileName}: {finding.Rule}");
        }
        foreach (var each in touched)
            output.WriteLine(each);
        output.WriteLine($"{touched.Count} of {files.Count}");
        Assert.InRange(files.Count, 300, 400);
        Assert.InRange(touched.Count, 0, (int)(files.Count * MaxShare));
        var docs = SourceTree.Read("docs/policies.md");
        Assert.All(touched, each => Assert.Contains(each.Split(':')[0], docs, StringComparison.Ordinal));
    }

    /// <summary>The corpus, with when each file was uploaded.</summary>
    static IEnumerable<GuardedFile> Corpus()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Assets.GetPath("corpus", "MANIFEST.json")));
        foreach (var entry in manifest.RootElement.EnumerateArray())
        {
            var path = Assets.GetPath("corpus", "files", entry.GetProperty("filename").GetString()!);
            yield return Inspect(
                path, entry.GetProperty("project").GetString()!, entry.GetProperty("upload_time").GetDateTimeOffset());
        }
    }

    /// <summary>The wheels of Python's tools. The newest time in a wheel stands for its upload.</summary>
    static IEnumerable<GuardedFile> Tools()
    {
        foreach (var path in Directory.GetFiles(Assets.GetPath("python"), "*.whl", SearchOption.AllDirectories).Order())
        {
            using var zip = ZipFile.OpenRead(path);
            var name = Path.GetFileName(path);
            yield return Inspect(path, name[..name.IndexOf('-', StringComparison.Ordinal)],
                zip.Entries.Max(entry => entry.LastWriteTime));
        }
    }

    /// <summary>All files that the recorded pages list, which have the times of their uploads.</summary>
    static IEnumerable<GuardedFile> Listed() =>
        from page in Directory.GetFiles(Assets.GetPath("corpus", "pages"), "*.html")
        from Match link in Link.Matches(File.ReadAllText(page))
        let project = ProjectName.Parse(Path.GetFileNameWithoutExtension(page))
        let name = TryParse(link.Groups["name"].Value, project)
        where name is not null
        select Make(name, DateTimeOffset.Parse(link.Groups["time"].Value, CultureInfo.InvariantCulture), null, []);

    static DistributionFileName? TryParse(string fileName, ProjectName project) =>
        DistributionFileName.TryParse(fileName, project, out var name) ? name : null;

    static GuardedFile Inspect(string path, string project, DateTimeOffset uploaded)
    {
        var name = TryParse(Path.GetFileName(path), ProjectName.Parse(project))!;
        using var stream = File.OpenRead(path);
        var facts = ArchiveInspector.Inspect(stream, name);
        return Make(
            name, uploaded, facts, [.. KnownPackages.FindForeign(name.Project, facts.TopLevel, _ => null)]);
    }

    static GuardedFile Make(
        DistributionFileName name, DateTimeOffset uploaded, ArchiveFacts? facts,
        IReadOnlyList<ForeignModule> foreign) =>
        new(new Distribution
        {
            Name = name,
            Size = 1,
            Sha256 = null,
            UploadedAt = uploaded,
            AvailableSince = uploaded,
            Location = "",
        }, facts)
        {
            Foreign = foreign,
        };

    [GeneratedRegex(
        """<a [^>]*data-upload-time="(?<time>[^"]+)"[^>]*>(?<name>[^<]+)</a>""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex Link { get; }
}
