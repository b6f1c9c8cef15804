using System.Text;
using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A kind of change that is made while the disk fails.</summary>
/// <param name="Name">What a test calls it.</param>
/// <param name="Prepare">Makes what it changes, by a number.</param>
/// <param name="Make">Makes it, and returns the status.</param>
public sealed record FaultyChange(
    string Name, Func<FaultyDisk, int, Task> Prepare, Func<FaultyDisk, int, Task<int>> Make)
{
    const string Project = "lib";
    const string Source = "source";

    /// <summary>The repositories that they need, which have the same users.</summary>
    public const string Manifest = $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{FaultyDisk.Repository}} }
        spec: { uploads: { overwrite: Always }, access: { usersSecretRef: { name: users } } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{Source}} }
        spec: { access: { usersSecretRef: { name: users } } }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData: { username: publisher, password: "{{FaultyDisk.Password}}" }
        """;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FaultyChange> All { get; } =
    [
        new("upload", NothingAsync, (disk, n) => UploadAsync(disk, Wheel(n))),
        new("upload of a new project", NothingAsync,
            (disk, n) => UploadAsync(disk, TestWheel.Create($"new-{n}", "1.0"))),
        new("replacement", UploadedAsync, (disk, n) => UploadAsync(disk, Wheel(n, seed: 1))),
        new("deletion", UploadedAsync, DeleteAsync),
        new("yank", UploadedAsync, YankAsync),
        new("promotion", UploadedToSourceAsync, PromoteAsync),
        new("token", NothingAsync, MakeTokenAsync),
        new("revocation", MakeTokenAsync, RevokeTokenAsync),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    static Task NothingAsync(FaultyDisk disk, int number) => Task.CompletedTask;

    static TestWheel Wheel(int number, int seed = 0) => TestWheel.Create(Project, $"1.{number}", seed: seed);

    static async Task UploadedAsync(FaultyDisk disk, int number) =>
        Assert.Equal(200, await UploadAsync(disk, Wheel(number)));

    static async Task UploadedToSourceAsync(FaultyDisk disk, int number)
    {
        using var answer = await TwineForm.SendAsync(
            disk.Server.Http, disk.Server.GetUrl(Source), TwineForm.From(Wheel(number)), FaultyDisk.Credentials);
        Assert.True(answer.IsSuccessStatusCode);
    }

    static Task<int> PromoteAsync(FaultyDisk disk, int number) => disk.SendAsync(
        new(HttpMethod.Post,
            new Uri(disk.Server.GetUrl(Source), $"api/v1/projects/{Project}/releases/1.{number}/promotion"))
        {
            Content = Json($$"""{"to":"{{FaultyDisk.Repository}}"}"""),
        },
        new TracedChange(Project, Wheel(number).FileName, Wheel(number).Sha256));

    static Task<int> UploadAsync(FaultyDisk disk, TestWheel wheel) => disk.SendAsync(
        new(HttpMethod.Post, disk.Server.GetUrl(FaultyDisk.Repository)) { Content = TwineForm.From(wheel) },
        new TracedChange(wheel.Project, wheel.FileName, wheel.Sha256));

    static Task<int> DeleteAsync(FaultyDisk disk, int number) => disk.SendAsync(
        new(HttpMethod.Delete, Api(disk, $"projects/{Project}/files/{Wheel(number).FileName}")),
        new TracedChange(Project, Wheel(number).FileName, null));

    static Task<int> YankAsync(FaultyDisk disk, int number) => disk.SendAsync(
        new(HttpMethod.Put, Api(disk, $"projects/{Project}/releases/1.{number}/yank")) { Content = Json("{}") },
        new TracedChange(Project, Wheel(number).FileName, $"{Wheel(number).Sha256} yanked"));

    static Task<int> MakeTokenAsync(FaultyDisk disk, int number) => disk.SendAsync(
        new(HttpMethod.Post, Api(disk, "tokens")) { Content = Json($$"""{"name":"t{{number}}","role":"Reader"}""") },
        new TracedChange(DiskContents.Tokens, $"t{number}", "there"));

    static async Task<int> RevokeTokenAsync(FaultyDisk disk, int number)
    {
        var ids = await DiskContents.TokensOfAsync(disk.Server, FaultyDisk.Repository);
        return ids.TryGetValue($"t{number}", out var id)
            ? await disk.SendAsync(
                new(HttpMethod.Delete, Api(disk, $"tokens/{id}")),
                new TracedChange(DiskContents.Tokens, $"t{number}", null))
            : 404;
    }

    static Uri Api(FaultyDisk disk, string path) => new(disk.Server.GetUrl(FaultyDisk.Repository), $"api/v1/{path}");

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
