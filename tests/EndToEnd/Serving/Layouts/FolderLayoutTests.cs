namespace EndToEnd.Serving.Layouts;

/// <summary>A data folder of each layout that a released server wrote.</summary>
[Trait("Calendar", "later")]
public sealed class FolderLayoutTests
{
    [Theory]
    [MemberData(nameof(Layout.Names), MemberType = typeof(Layout))]
    public async Task A_folder_is_served_changed_and_rolled_back(string name)
    {
        using var folder = new TemporaryFolder();
        var data = folder.Folder("data");
        await new LayoutTrial(Layout.From(name), new FolderStore(data), folder, data).RunAsync();
    }
}
