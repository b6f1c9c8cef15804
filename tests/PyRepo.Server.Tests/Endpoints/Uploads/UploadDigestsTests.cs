using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadDigestsTests : IDisposable
{
    const string Md5 = "900150983cd24fb0d6963f7d28e17f72";
    const string Blake2b256 = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_in_pieces_have_the_digests_of_the_whole()
    {
        using var digests = new UploadDigests(md5: true, blake2b256: true);
        foreach (var piece in (string[])["a", "", "bc"])
            digests.Append(System.Text.Encoding.ASCII.GetBytes(piece));
        digests.Complete();
        Assert.Equal(Events.GetHash("abc"), digests.Sha256);
        Assert.Equal((Md5, Blake2b256), (digests.Md5, digests.Blake2b256));
    }

    [Fact]
    public void A_digest_that_is_not_requested_is_not_computed()
    {
        using var digests = new UploadDigests(md5: false, blake2b256: false);
        digests.Append("abc"u8);
        digests.Complete();
        Assert.Equal((null, null), (digests.Md5, digests.Blake2b256));
    }

    [Fact]
    public void Digests_that_are_requested_too_late_are_computed_from_the_file()
    {
        File.WriteAllText(_folder["file"], "abc, and what is not meant");
        using var file = File.OpenHandle(_folder["file"]);
        using var digests = UploadDigests.From(
            new PyRepo.Storage.FileSectionStream(file, 0, 3), md5: true, blake2b256: true);
        Assert.Equal(Events.GetHash("abc"), digests.Sha256);
        Assert.Equal((Md5, Blake2b256), (digests.Md5, digests.Blake2b256));
    }
}
