using EndToEnd.Clients;

namespace EndToEnd.Cluster;

/// <summary>Uploads with twine.</summary>
public static class TwineUpload
{
    /// <summary>Uploads a wheel that was made for a test.</summary>
    /// <param name="repository">The repository's URL.</param>
    /// <param name="password">The user's.</param>
    /// <param name="wheel">The wheel.</param>
    /// <param name="user">Who uploads.</param>
    public static async Task<ProgramResult> RunAsync(
        Uri repository, string password, TestWheel wheel, string user = "publisher")
    {
        using var folder = new TemporaryFolder();
        var file = folder.At(wheel.FileName);
        await File.WriteAllBytesAsync(file, wheel.Bytes);
        return await RunAsync(repository, password, file, user);
    }

    /// <summary>Uploads a file.</summary>
    public static async Task<ProgramResult> RunAsync(
        Uri repository, string password, string file, string user = "publisher")
    {
        using var home = new ClientHome();
        return await home.RunAsync(
            "twine", "upload", "--repository-url", repository.AbsoluteUri, "-u", user, "-p", password, file);
    }
}
