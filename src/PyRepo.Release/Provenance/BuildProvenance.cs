using System.Text.Json.Nodes;

namespace PyRepo.Release.Provenance;

/// <summary>
/// How a release was built (<see href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</see>). It has nothing of
/// the machine and the hour, so that another run has the same.
/// </summary>
static class BuildProvenance
{
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    const string Project = "https://github.com/pyrepo/pyrepo";

    /// <summary>The provenance of some artifacts.</summary>
    public static Statement Of(
        ReleaseSource source, IReadOnlyList<KeyValuePair<string, string>> subjects) => new(
        PredicateType,
        new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = $"{Project}/blob/main/CONTRIBUTING.md#releasing",
                ["externalParameters"] = new JsonObject
                {
                    ["repository"] = Project,
                    ["version"] = source.Version,
                    ["command"] = $"./dev release {source.Version} OUT",
                },
                ["internalParameters"] = new JsonObject
                {
                    ["SOURCE_DATE_EPOCH"] = source.Time.ToUnixTimeSeconds(),
                    ["tools"] = source.Tools,
                },
                ["resolvedDependencies"] = new JsonArray([Commit(source), .. source.Inputs.Select(Package)]),
            },
            ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = source.Builder } },
        },
        subjects);

    static JsonObject Commit(ReleaseSource source) => new()
    {
        ["uri"] = $"git+{Project}",
        ["digest"] = new JsonObject { ["gitCommit"] = source.Commit },
    };

    static JsonObject Package(BuildInput input) => new()
    {
        ["uri"] = input.Uri,
        ["digest"] = new JsonObject { [input.Algorithm] = input.Digest },
    };
}
