using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Advisories;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Tests.Proxies.Policies;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

/// <summary>
/// Random advisories and versions: the service, the policy, and OSV's own evaluation by the order in which
/// <c>packaging</c> has sorted the versions.
/// </summary>
public sealed class OsvRangesTests
{
    const string Vectors = "corpus/vectors/ordering.json";

    [AssetFact(Vectors)]
    public void The_service_and_the_policy_find_what_OSV_and_packaging_say()
    {
        var lists = JsonSerializer.Deserialize<Ordering[]>(File.ReadAllBytes(Assets.GetPath(Vectors)), _options)!
            .Select(ordering => ordering.Sorted.Where(IsPublic).ToArray())
            .Where(sorted => sorted.Length >= 5).ToArray();
        var (affected, judged) = (0, 0);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var sorted = lists[random.Next(lists.Length)];
            var (events, listed) = (NewEvents(random, sorted.Length), NewListed(random, sorted));
            var at = random.Next(sorted.Length);
            var version = sorted[at][random.Next(sorted[at].Length)];
            var database = Read(Json(
                affected: $"[{string.Join(',', events.Select(e => e.ToJson(sorted, random)))}]",
                versions: JsonSerializer.Serialize(listed)));
            var expected = IsAffected(events, at) || sorted[at].Intersect(listed).Any();
            affected += expected ? 1 : 0;
            Assert.Equal(expected, database.FindAll(Project, version).Any());
            if (IsBlocked(database, version) is { } isBlocked)
            {
                Assert.Equal(expected, isBlocked);
                judged++;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.InRange(affected, 200, 1800);
        Assert.InRange(judged, 1000, 2000);
    }

    static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    /// <summary>A build of a version, 1.0+cpu, is affected as the version is. That is another test's.</summary>
    static bool IsPublic(string[] versions) =>
        versions.All(version => PythonVersion.ParseOrNull(version) is { Local: null });

    /// <summary>Whether a wheel of a version is blocked. Null: no wheel can have the version as it is written.</summary>
    static bool? IsBlocked(AdvisoryDatabase database, string version) =>
        DistributionFileName.TryParse($"foo_bar-{version}-py3-none-any.whl", Project, out var name)
        && name.VersionText == version
            ? new AdvisoryRule(database, AdvisoryAction.Block, null)
                .IsVulnerable(PolicyFiles.Wheel(Project.Value, version))
            : null;

    /// <summary>OSV's evaluation (https://ossf.github.io/osv-schema/#evaluation), on positions.</summary>
    static bool IsAffected(IEnumerable<Event> events, int at)
    {
        var isAffected = false;
        foreach (var each in events.OrderBy(each => each.At))
        {
            if (each.Kind is "last_affected" ? at > each.At : at >= each.At)
                isAffected = each.Kind is "introduced";
        }
        return isAffected;
    }

    /// <summary>Alternately a beginning and an end, at different versions.</summary>
    static List<Event> NewEvents(Random random, int count)
    {
        var positions = Enumerable.Range(-1, count + 1).ToArray();
        random.Shuffle(positions);
        return [.. positions[..Math.Min(random.Next(1, 7), count)].Order().Select((at, index) => new Event(
            index % 2 == 0 ? "introduced" : random.Next(2) == 0 ? "fixed" : "last_affected", at))];
    }

    /// <summary>Versions as another tool may have written them.</summary>
    static string[] NewListed(Random random, string[][] sorted) =>
    [
        .. Enumerable.Range(0, random.Next(3)).Select(_ => sorted[random.Next(sorted.Length)][0]),
    ];

    sealed record Ordering(string[] Items, string[][] Sorted);

    /// <param name="Kind">The kind, as OSV calls it.</param>
    /// <param name="At">The position among the sorted versions; -1 is before all, which OSV writes as 0.</param>
    sealed record Event(string Kind, int At)
    {
        public string ToJson(string[][] sorted, Random random) =>
            $"{{ \"{Kind}\": {JsonSerializer.Serialize(At < 0 ? "0" : sorted[At][random.Next(sorted[At].Length)])} }}";
    }
}
