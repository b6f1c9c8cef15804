using System.IO.Compression;
using System.Security.Cryptography;
using EndToEnd.Cluster;

namespace EndToEnd.Clients;

/// <summary>A large wheel that one client uploads to a repository, and pip and uv install from it.</summary>
/// <param name="repository">The repository's URL.</param>
/// <param name="user">Who uploads.</param>
/// <param name="password">The user's.</param>
public sealed class LargeWheel(Uri repository, string user, string password)
{
    /// <summary>
    /// Uploads one with a client, and installs it with pip and uv; the test fails if its bytes are others.
    /// </summary>
    /// <param name="client">twine or uv.</param>
    /// <param name="size">Its size in bytes, about.</param>
    public async Task RoundTripAsync(string client, int size)
    {
        var wheel = TestWheel.Create($"large-by-{client}", "1.0", size);
        using var home = new ClientHome();
        home.Environment["PIP_TRUSTED_HOST"] = repository.Host;
        home.Environment["UV_HTTP_TIMEOUT"] = "300";
        await UploadAsync(client, home, wheel);
        var index = new Uri(repository, "simple/").AbsoluteUri;
        // Its module is no Python.
        (await home.RunAsync("pip", "install", "--no-cache-dir", "--no-deps", "--no-compile", "--index-url", index,
            "--target", home.New("by-pip"), wheel.Project)).MustSucceed();
        (await home.RunAsync("uv", "pip", "install", "--no-cache", "--no-deps", "--python", "/usr/bin/python3",
            "--default-index", index, "--target", home.New("by-uv"), wheel.Project)).MustSucceed();
        var module = $"{wheel.Project.Replace('-', '_')}/__init__.py";
        var expected = await HashInAsync(wheel, module);
        foreach (var installed in (string[])["by-pip", "by-uv"])
        {
            await using var file = File.OpenRead(home.New(Path.Combine(installed, module)));
            Assert.Equal(expected, Convert.ToHexStringLower(await SHA256.HashDataAsync(file)));
        }
    }

    async Task UploadAsync(string client, ClientHome home, TestWheel wheel)
    {
        if (client == "twine")
        {
            (await TwineUpload.RunAsync(repository, password, wheel, user)).MustSucceed();
            return;
        }
        var file = Path.Combine(home.Folder("dist"), wheel.FileName);
        await File.WriteAllBytesAsync(file, wheel.Bytes);
        (await home.RunAsync(
            "uv", "publish", "--publish-url", repository.AbsoluteUri, "-u", user, "-p", password, file)).MustSucceed();
    }

    static async Task<string> HashInAsync(TestWheel wheel, string entry)
    {
        using var zip = new ZipArchive(new MemoryStream(wheel.Bytes));
        await using var content = zip.GetEntry(entry)!.Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content));
    }
}
