using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>Creates events for a project <c>foo</c>.</summary>
static class Events
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ProjectName Foo { get; } = ProjectName.Parse("foo");

    public static Sha256Digest GetHash(string content) => Sha256Digest.HashData(Encoding.UTF8.GetBytes(content));

    public static ProjectEvent Added(string file, string content = "content", string? key = null) => new()
    {
        Event = ProjectEventKind.Added,
        At = Start,
        By = "alice",
        File = file,
        Key = key ?? $"key-of/{file}/{content}",
        Size = content.Length,
        Sha256 = GetHash(content).ToString(),
    };

    public static ProjectEvent From(ProjectEventKind kind, string file, string? reason = null) =>
        new() { Event = kind, At = Start, By = "alice", File = file, Reason = reason };

    public static ProjectEvent StatusIs(string status, string? reason = null) =>
        new() { Event = ProjectEventKind.Status, At = Start, By = "alice", Status = status, Reason = reason };

    public static ProjectHistory GetHistory(params ReadOnlySpan<ProjectEvent> events)
    {
        var history = new ProjectHistory(Foo);
        foreach (var change in events)
            history.Apply(change);
        return history;
    }
}
