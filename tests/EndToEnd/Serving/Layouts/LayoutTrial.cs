namespace EndToEnd.Serving.Layouts;

/// <summary>Serves the store of a layout, changes it, and rolls it back to the server that made it.</summary>
/// <param name="layout">The layout.</param>
/// <param name="store">Where it lies.</param>
/// <param name="folder">A folder of the test's own.</param>
/// <param name="data">The folder that <c>--data</c> names.</param>
public sealed class LayoutTrial(Layout layout, LayoutStore store, TemporaryFolder folder, string data)
{
    readonly PlantedGarbage _garbage = new(store);
    readonly EarlierServer _earlier = new(layout, store);

    string Manifest => folder.Write("manifest.yaml", store.Manifest);

    /// <summary>Runs all of it.</summary>
    public async Task RunAsync()
    {
        await store.FillAsync(layout);
        var served = ServedContent.Read(layout, store.Kind);
        served = await ServeAsync(server => LayoutChange.MakeAsync(server, layout, served), served);
        served = await ServeAsync(_ => Task.FromResult(served), served);
        await _earlier.MustUnderstandAsync();
        if (_earlier.Program is not { } program)
            return;
        served = await RollBackAsync(program, served);
        await ServeAsync(_ => Task.FromResult(served), served);
    }

    /// <summary>Starts the earlier server, on a bucket beside this one, as a rolling update does.</summary>
    async Task<ServedContent> RollBackAsync(string program, ServedContent served)
    {
        await using var earlier = await PyRepoServer.StartEarlierOnAsync(program, Manifest, data);
        served = await AddAsync(earlier, "after", served);
        if (store.Kind is "bucket")
        {
            await using var beside = await PyRepoServer.StartOnAsync(Manifest, folder.Folder("beside"));
            served = await AddAsync(beside, "beside", served);
            await served.MustBeServedAsync(earlier);
            Assert.Equal(0, await beside.StopAsync());
        }
        Assert.Equal(0, await earlier.StopAsync());
        return served;
    }

    static async Task<ServedContent> AddAsync(PyRepoServer server, string project, ServedContent served)
    {
        await served.MustBeServedAsync(server);
        served = await LayoutChange.AddAsync(server, TestWheel.Create(project, "1.0"), served);
        await served.MustBeServedAsync(server);
        return served;
    }

    /// <summary>Serves the store with what may be garbage, does something, and looks at what is served then.</summary>
    async Task<ServedContent> ServeAsync(Func<PyRepoServer, Task<ServedContent>> what, ServedContent served)
    {
        await _garbage.PlantAsync();
        await using var server = await PyRepoServer.StartOnAsync(Manifest, data);
        await served.MustBeServedAsync(server);
        await _garbage.MustBeCollectedAsync(server);
        served = await what(server);
        await served.MustBeServedAsync(server);
        var names = (await store.KeysAsync()).Select(Path.GetFileName).ToHashSet();
        Assert.DoesNotContain(served.Gone, names.Contains);
        Assert.Equal(0, await server.StopAsync());
        return served;
    }
}
