using System.Text.Json;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Reports;
using PyRepo.Server.Serving.Management;

namespace PyRepo.Server.Tests.Serving.Management;

/// <summary>The operator reads 64 KiB of the status.</summary>
public sealed class StatusTextTests
{
    /// <summary>Names that JSON escapes take the most room.</summary>
    static readonly string _longText = string.Concat(Enumerable.Repeat("ü\u0001\ud83d\ude00", 250));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(2_500, 1)]
    [InlineData(2_500, 65)]
    [InlineData(10, 2_000)]
    public void However_much_is_wrong_the_operator_can_read_the_status(int items, int repositories)
    {
        var json = StatusText.Serialize(Document(items, repositories));
        Assert.InRange(json.Length, 1, 60 * 1024);
        var report = ServerReport.Read(json);
        Assert.NotNull(report);
        Assert.Equal("0123", report.Hash);
        var first = report.Repositories[0];
        Assert.Equal(("PythonRepository", "team-0", false, 12), (first.Kind, first.Name, first.Ready, first.Projects));
        Assert.True(first.HasUnusableStore);
        Assert.Equal(items > 0, report.HasUnknownField);
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(repositories, root.GetProperty("repositoryCount").GetInt32());
        Assert.Equal(items, root.GetProperty("problemCount").GetInt32());
        Assert.Equal(items, root.GetProperty("badReferenceCount").GetInt32());
        Assert.Equal(items, root.GetProperty("failingLoopCount").GetInt32());
        Assert.Equal(items, root.GetProperty("notSupportedYetCount").GetInt32());
        Assert.Equal(items, root.GetProperty("repositories")[0].GetProperty("refusedCount").GetInt32());
    }

    /// <remarks>A bucket's object says who the replicas are: whoever can write to the bucket chooses the texts.</remarks>
    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(2_000)]
    public void However_many_replicas_with_long_names_a_bucket_has_the_operator_can_read_the_status(int repositories)
    {
        var storage = new StorageReport
        {
            Replica = _longText,
            Others = [.. Enumerable.Repeat(_longText, 500)],
            Code = _longText,
            Message = _longText,
        };
        var json = StatusText.Serialize(Document(3, repositories) with
        {
            Repositories = [.. Enumerable.Range(0, repositories).Select(i => Repository(i, 3) with
            {
                Storage = storage,
                ReadOnly = _longText,
                DiskFailure = new(default, _longText, _longText, 1),
                Upstream = new(false, null, _longText),
                Mirror = new(1, 2, null) { Messages = [_longText, _longText] },
                Advisories = new(null, null, _longText),
                Policy = new(new Dictionary<string, long> { ["cooldown"] = 1 }, [_longText]),
            })],
        });
        Assert.InRange(json.Length, 1, 60 * 1024);
        Assert.True(ServerReport.Read(json)!.Repositories[0].Storage!.IsRefused);
    }

    [Fact]
    public void Members_of_the_largest_group_are_all_reported() =>
        Assert.Equal(65, ServerReport.Read(StatusText.Serialize(Document(2_500, 65)))!.Repositories.Count);

    [Fact]
    public void Lists_of_as_many_short_texts_as_there_is_room_for_are_read()
    {
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => $"{i}: not supported")];
        var json = StatusText.Serialize(Document(0, 65) with
        {
            Problems =
                [.. texts.Select(text => Problem(ProblemReason.Invalid, "resource.yaml") with { Message = text })],
            NotSupportedYet = texts,
            Repositories = [.. Enumerable.Range(0, 65).Select(i => Repository(i, 0) with
            {
                Message = "waits",
                Refused = texts.ToDictionary(text => text, text => text),
                Upstream = new(true, null, null),
                Cache = new(1, 2),
                Mirror = new(1, 2, null) { FilesFetched = 3, FailureCount = 4, Messages = texts },
            })],
        });
        Assert.InRange(json.Length, 40 * 1024, 60 * 1024);
        Assert.Equal(65, ServerReport.Read(json)!.Repositories.Count);
    }

    [Fact]
    public void A_few_problems_are_all_reported_in_full()
    {
        var report = ServerReport.Read(StatusText.Serialize(Document(3, 1) with
        {
            Problems = [new(ProblemReason.Invalid, "resource.yaml", "spec.x: is wrong")],
        }))!;
        Assert.Equal("spec.x: is wrong", Assert.Single(report.Problems).Message);
    }

    [Fact]
    public void References_of_the_resource_itself_come_before_its_members()
    {
        var references = Enumerable.Range(0, 100)
            .Select(i => Problem(ProblemReason.MissingReference, $"members/PythonRepository/{i}.yaml"))
            .Append(Problem(ProblemReason.MissingReference, "resource.yaml"));
        var report = ServerReport.Read(StatusText.Serialize(Document(0, 1) with { BadReferences = [.. references] }))!;
        Assert.Single(report.OwnBadReferences);
    }

    [Fact]
    public void Fields_without_effect_of_the_resource_itself_come_before_its_members()
    {
        var fields = Enumerable.Range(0, 100)
            .Select(i => $"members/PythonRepository/{i}.yaml:5:3: spec.retention: not supported yet")
            .Append("spec.access.serviceAccounts: not supported yet");
        var report = ServerReport.Read(StatusText.Serialize(Document(0, 1) with { NotSupportedYet = [.. fields] }))!;
        Assert.Equal("spec.access.serviceAccounts", Assert.Single(report.OwnUnsupportedFields));
    }

    static ServerReport Document(int items, int repositories) => new()
    {
        Version = "1.0",
        Hash = "0123",
        // What the operator acts on is the last.
        Problems =
        [
            .. Enumerable.Range(0, items).Select(i => Problem(
                i == items - 1 ? ProblemReason.Unknown : ProblemReason.Invalid, "resource.yaml")),
        ],
        FailingLoops =
            [.. Enumerable.Range(0, items).Select(i => new FailingLoop("adoption", "team", _longText, default, i))],
        NotSupportedYet = [.. Enumerable.Repeat(_longText, items)],
        MissingSecrets = ["team-credentials", "pyrepo-signing-key"],
        BadReferences =
            [.. Enumerable.Range(0, items).Select(_ => Problem(ProblemReason.MissingReference, "resource.yaml"))],
        Repositories = [.. Enumerable.Range(0, repositories).Select(i => Repository(i, items))],
    };

    static ReportedProblem Problem(ProblemReason reason, string source) => new(reason, source, _longText);

    static RepositoryReport Repository(int number, int refused) => new()
    {
        Kind = "PythonRepository",
        Name = $"team-{number}",
        Uid = Guid.Empty.ToString(),
        Ready = false,
        Reason = nameof(UnavailableReason.StoreUnusable),
        Message = _longText,
        Projects = 12,
        Refused = Enumerable.Range(0, refused).ToDictionary(i => $"{i}{_longText}", _ => _longText),
    };
}
