using PyRepo.Server.Content.Records;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>Whose a volume is, by its <c>format.json</c>.</summary>
public sealed class StoreOwnerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DirectoryStore _store;

    public StoreOwnerTests() => _store = new DirectoryStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Who has it, who comes (both as <c>[NAMESPACE/]NAME</c>, without one where the operator made the volume, and on
    /// a laptop), whom that one takes over, and whose it is then; null: it is refused.
    /// </summary>
    [Theory]
    [InlineData("a/team", "a/team", null, "a/team")]
    [InlineData("a/team", "a/other", null, null)]
    [InlineData("a/team", "b/team", null, null)]
    [InlineData("a/team", "a/other", "a/else", null)]
    [InlineData("a/team", "a/other", "*", null)]
    [InlineData("a/team", "a/other", "", null)]
    [InlineData("a/team", "a/other", "a/team", "a/other")]
    [InlineData("team", "a/team", null, "a/team")]
    [InlineData("team", "a/other", null, null)]
    [InlineData("team", "a/other", "a/team", "a/other")]
    [InlineData("team", "a/other", "b/team", null)]
    [InlineData("a/team", "team", null, "a/team")]
    [InlineData("team", "other", null, "other")]
    [InlineData("a/team", "other", null, "other")]
    public async Task A_volume_is_used_by_whom_it_belongs_to(
        string first, string second, string? takesOver, string? expected)
    {
        await StoreFormatFile.ClaimAsync(_store, Owner(first), null, CancellationToken.None);
        var claimed = await Record.ExceptionAsync(
            () => StoreFormatFile.ClaimAsync(_store, Owner(second), takesOver, CancellationToken.None));
        if (expected is null)
        {
            Assert.Contains(
                "choose another claim", Assert.IsType<InvalidDataException>(claimed).Message, StringComparison.Ordinal);
        }
        else
            Assert.Null(claimed);
        var (found, _) = await StoreFormatFile.ReadAsync(_store, CancellationToken.None);
        Assert.Equal(Owner(expected ?? first), found);
    }

    static StoreFormat Owner(string text) => text.Split('/') is [var ns, var name]
        ? new(StorageLayout.Version, "PythonRepository", ns, name)
        : new(StorageLayout.Version, "PythonRepository", null, text);
}
