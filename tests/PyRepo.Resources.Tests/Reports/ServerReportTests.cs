using System.Text;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Reports;

namespace PyRepo.Resources.Tests.Reports;

/// <summary>What servers of this version and of older ones report.</summary>
public sealed class ServerReportTests
{
    [Fact]
    public void Problems_have_a_reason_a_source_and_a_message()
    {
        var report = Read("""
            {
              "problems": [ { "reason": "Unknown", "source": "resource.yaml", "message": "spec.novel: what is that?" } ],
              "badReferences": [
                { "reason": "MissingReference", "source": "members/PythonRepository/x.yaml", "message": "the Secret is not there" },
                { "reason": "MissingReference", "source": "resource.yaml", "message": "members/ are fine, the Secret is not there" }
              ]
            }
            """);
        var problem = Assert.Single(report.Problems);
        Assert.Equal(("Unknown", "resource.yaml", "spec.novel: what is that?"),
            (problem.Reason, problem.Source, problem.Message));
        Assert.True(report.HasUnknownField);
        Assert.Equal("members/ are fine, the Secret is not there", Assert.Single(report.OwnBadReferences).Message);
    }

    [Fact]
    public void A_file_system_of_8_EiB_has_no_size_and_spoils_no_report()
    {
        var report = Read("""
            {
              "repositories": [
                { "kind": "PythonRepository", "name": "a", "ready": true,
                  "volume": { "size": 9223372036853727232, "free": 9223372036853727232 } },
                { "kind": "PythonRepository", "name": "b", "ready": true, "volume": { "size": 100, "free": 40 } }
              ]
            }
            """);
        Assert.Equal([null, new VolumeReport(100, 40)], report.Repositories.Select(repository => repository.Volume));
    }

    [Fact]
    public void An_older_server_without_reasons_is_understood_by_its_messages()
    {
        var report = Read("""
            {
              "problems": [ "resource.yaml:7:3: spec.novel: is not a known field; did you mean spec.nov?" ],
              "badReferences": [ "spec.access: the Secret is not there", "members/PythonRepository/x.yaml:3:1: the Secret is not there" ],
              "repositories": [
                { "kind": "PythonRepository", "name": "a", "ready": false, "message": "can't be opened: it is damaged" },
                { "kind": "PythonRepository", "name": "b", "ready": false, "message": "waits: it is in use" }
              ]
            }
            """);
        Assert.True(report.HasUnknownField);
        Assert.Equal("spec.access: the Secret is not there", Assert.Single(report.OwnBadReferences).Message);
        Assert.Equal([true, false], report.Repositories.Select(r => r.HasUnusableStore));
    }

    [Fact]
    public void A_reason_takes_precedence_over_the_text_of_a_message()
    {
        var report = Read("""
            {
              "problems": [ { "reason": "Invalid", "source": "resource.yaml", "message": "\"is not a known field\" is not a size" } ],
              "repositories": [
                { "kind": "PythonRepository", "name": "a", "ready": false, "reason": "StoreUnusable", "message": "is damaged" },
                { "kind": "PythonRepository", "name": "b", "ready": false, "reason": "Suspended", "message": "can't be opened: on purpose" }
              ]
            }
            """);
        Assert.False(report.HasUnknownField);
        Assert.Equal([true, false], report.Repositories.Select(r => r.HasUnusableStore));
    }

    [Fact]
    public void Fields_without_effect_are_named_but_for_those_of_members() => Assert.Equal(
        ["spec.access.grants[].to[].identity", "spec.retention"],
        Read("""
            {
              "notSupportedYet": [
                "spec.access.grants[].to[].identity: not supported yet", "spec.retention: not supported yet",
                "members/PythonRepository/x.yaml:5:3: spec.policy: not supported yet"
              ]
            }
            """).OwnUnsupportedFields);

    [Fact]
    public void The_document_has_these_properties_in_this_order() =>
        Assert.Equal(Sample.Text("status.json"), Encoding.UTF8.GetString(_full.ToJson()));

    [Fact]
    public void What_is_written_is_read_but_for_what_only_people_read()
    {
        var read = ServerReport.Read(_full.ToJson())!;
        Assert.Equal(_full.Problems, read.Problems);
        Assert.Empty(read.FailingLoops);
        var repository = read.Repositories[0];
        Assert.Equal(_full.Repositories[0].Upstream, repository.Upstream);
        Assert.Equal(("NoSuchBucket", true), (repository.Storage!.Code, repository.Storage.ConditionalWrites));
        Assert.Null(repository.Storage.Others);
        Assert.Empty(repository.Refused);
        Assert.Null(repository.DiskFailure);
    }

    [Fact]
    public void What_only_people_read_may_be_anything() => Assert.Equal("1.0", Read("""
        {
          "version": "1.0", "problemCount": "many", "failingLoopCount": [], "failingLoops": { "a": 1 },
          "notSupportedYetCount": null, "badReferenceCount": 1.5, "repositoryCount": {}, "novel": [ [ 1 ] ],
          "repositories": [
            {
              "readOnly": {}, "diskFailure": "often", "advisories": [ null ], "policy": 7, "trustedRoot": "x",
              "refusedCount": null,
              "refused": [ "x" ], "mirror": { "filesFetched": "1", "failureCount": {}, "messages": "no" },
              "storage": { "replica": 1, "others": { "a": "b" } }
            }
          ]
        }
        """).Version);

    [Theory]
    [InlineData("""{ "problems": [ 1 ] }""")]
    [InlineData("""{ "problems": [ [ ] ] }""")]
    [InlineData("""{ "problems": [ null ] }""")]
    [InlineData("""{ "notSupportedYet": [ null ] }""")]
    [InlineData("""{ "repositories": [ null ] }""")]
    [InlineData("""{ "repositories": [ { "size": -1 } ] }""")]
    [InlineData("""{ "repositories": [ { "files": 9007199254740992 } ] }""")]
    [InlineData("""{ "repositories": [ { "cache": { "hits": 9223372036854775807, "misses": 1 } } ] }""")]
    [InlineData("""
        { "repositories": [ { "upstream": { "reachable": true, "lastSuccess": "0001-01-01T05:00:00+05:00" } } ] }
        """)]
    public void A_value_that_no_server_reports_makes_the_report_unreadable(string text) =>
        Assert.Null(ServerReport.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("repositories", "{}", 5_000)]
    [InlineData("notSupportedYet", "\"a\"", 16_000)]
    [InlineData("problems", "{}", 5_000)]
    [InlineData("a field that no server has", "[]", 5_000)]
    public void A_report_with_too_many_values_is_ignored(string list, string value, int count)
    {
        var json = Encoding.UTF8.GetBytes(
            $$"""{ "version": "1", "{{list}}": [ {{string.Join(',', Enumerable.Repeat(value, count))}} ] }""");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(ServerReport.Read(json));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }

    [Fact]
    public void A_version_that_no_status_can_hold_makes_the_report_unreadable() =>
        Assert.Null(ServerReport.Read(Encoding.UTF8.GetBytes($$"""{ "version": "{{new string('1', 200)}}" }""")));

    static ServerReport Read(string text) => ServerReport.Read(Encoding.UTF8.GetBytes(text))!;

    static readonly DateTimeOffset _at = new(2026, 5, 4, 3, 2, 1, 500, TimeSpan.FromHours(2));

    static readonly ServerReport _full = new()
    {
        Version = "1.0",
        Hash = "0123",
        PlatformHash = "45",
        ProblemCount = 1,
        Problems = [new(ProblemReason.Unknown, "resource.yaml", "spec.x: <is> \"wrong\" ü")],
        FailingLoopCount = 1,
        FailingLoops = [new("adoption", "team", "no", _at, 3)],
        NotSupportedYetCount = 1,
        NotSupportedYet = ["spec.y: not supported yet"],
        BadReferenceCount = 1,
        BadReferences = [new(ProblemReason.MissingReference, "members/PythonRepository/a.yaml", "missing")],
        MissingSecrets = ["pyrepo-signing-key"],
        RepositoryCount = 2,
        Repositories =
        [
            new()
            {
                Kind = "ProxyRepository",
                Name = "pypi",
                Uid = "u",
                Reason = nameof(UnavailableReason.StoreUnusable),
                Message = "can't be opened",
                Projects = 1,
                Files = 2,
                Size = 3,
                Storage = new()
                {
                    ConditionalWrites = true,
                    Replica = "r-0",
                    Others = ["r-1"],
                    Code = "NoSuchBucket",
                    Message = "no bucket",
                },
                ReadOnly = "full",
                DiskFailure = new(_at, "key", "EIO", 2),
                Upstream = new(false, _at, "503"),
                Mirror = new(1, 2, _at)
                {
                    FilesFetched = 3,
                    FailureCount = 4,
                    Messages = ["m"],
                    Passes = 5,
                    LastPassSeconds = 6.5,
                    Objects = 7,
                },
                CacheLimit = "limit",
                Cache = new(5, 6),
                Advisories = new(7, _at, "a"),
                Policy = new(new Dictionary<string, long> { ["Block"] = 1 }, ["f"]),
                RefusedCount = 1,
                Refused = new Dictionary<string, string> { ["x.whl"] = "why" },
            },
            new()
            {
                Kind = "PythonRepository",
                Name = "team",
                Ready = true,
                Storage = new() { ConditionalWrites = false, Replica = "r", Others = [] },
                Upstream = new(true, null),
                Mirror = new(0, 0, null),
                Advisories = new(null, null, null),
            },
        ],
    };
}
