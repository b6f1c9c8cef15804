using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class CredentialsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_password_is_created_once_and_reused()
    {
        var password = CredentialsFile.ReadOrCreate(_folder.Path, "team-a");
        Assert.Matches("^[A-Za-z0-9]{24}$", password);
        Assert.Equal(password, CredentialsFile.ReadOrCreate(_folder.Path, "team-a"));
        Assert.NotEqual(password, CredentialsFile.ReadOrCreate(_folder.Path, "team-b"));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder[".credentials"]).Length);
    }

    [Fact]
    public void Nobody_but_its_owner_can_read_it()
    {
        CredentialsFile.ReadOrCreate(_folder.Path, "team-a");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(CredentialsFile.GetPath(_folder.Path, "team-a")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_folder[".credentials"]));
    }

    [Fact]
    public void An_existing_password_file_is_used_unless_it_is_empty()
    {
        CredentialsFile.ReadOrCreate(_folder.Path, "team-a");
        File.WriteAllText(CredentialsFile.GetPath(_folder.Path, "team-a"), "  my own\n");
        Assert.Equal("my own", CredentialsFile.ReadOrCreate(_folder.Path, "team-a"));
        File.WriteAllText(CredentialsFile.GetPath(_folder.Path, "team-a"), "\n");
        Assert.Equal(24, CredentialsFile.ReadOrCreate(_folder.Path, "team-a").Length);
    }
}
