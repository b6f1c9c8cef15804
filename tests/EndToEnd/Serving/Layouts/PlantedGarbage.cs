namespace EndToEnd.Serving.Layouts;

/// <summary>What an upload of years ago left behind, and what only a later server can have written beside it.</summary>
public sealed class PlantedGarbage(LayoutStore store)
{
    /// <summary>An id of 2013: of a time, and of chance.</summary>
    const string Folder = "team/packages/demo/@01b00000000000000000000000/";

    const string Wheel = "demo-9.0-py3-none-any.whl";

    /// <summary>Nobody writes this yet.</summary>
    public const string OfLaterServer = $"{Folder}{Wheel}.signature";

    static readonly string[] _garbage = [$"{Folder}{Wheel}", $"{Folder}{Wheel}.provenance"];

    /// <summary>Puts it into the store.</summary>
    public async Task PlantAsync()
    {
        foreach (var key in (string[])[.. _garbage, OfLaterServer])
            await store.PutAsync(key, "what is left"u8.ToArray(), DateTimeOffset.UtcNow);
    }

    /// <summary>Waits until the server has removed what it could have written itself; the rest must be there.</summary>
    public async Task MustBeCollectedAsync(PyRepoServer server)
    {
        await Eventually.IsAsync(
            "the garbage is gone", async () => !(await store.KeysAsync()).Intersect(_garbage).Any(), server.LogText);
        Assert.Contains(OfLaterServer, await store.KeysAsync());
    }
}
