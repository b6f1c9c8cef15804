using System.Text;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

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

    [Theory]
    [InlineData("resources", "platform", true)]
    [InlineData("resources", "", true)]
    [InlineData("texts", "platform", false)]
    [InlineData("texts", null, true)]
    [InlineData("resources", null, false)]
    public void A_server_that_reports_one_hash_for_all_documents_is_understood(
        string hash, string? platformHash, bool isInUse)
    {
        var configuration = new MountedConfiguration
        {
            Documents =
            [
                new("platform.json", "platform.json", "{}"),
                new("resource.yaml", "resource.yaml", "kind: PythonRepository\n"),
            ],
        };
        var report = new ServerReport
        {
            Hash = hash == "texts" ? configuration.HashOfTexts : configuration.Hash,
            PlatformHash = platformHash,
        };
        Assert.Equal(isInUse, ServerSummary.Uses(report, configuration));
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

    [Fact]
    public void A_missing_Secret_of_a_member_leaves_the_group_ready() =>
        Assert.Equal("True", StatusWriter.Create(
            ReadinessFixture.From("missing secret of a member"), new ResourceStatus()).Find("Ready")!.Status);

    static ServerReport Read(string text) => ServerReport.Read(Encoding.UTF8.GetBytes(text))!;
}
