using System.Text;
using Microsoft.Win32.SafeHandles;
using PyRepo.Advisories;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

public sealed class AdvisoryDocumentsTests
{
    [Fact]
    public void A_document_is_read_as_it_was_written()
    {
        var database = Read(Json("A"), Json("B"));
        Assert.Equal(Json("B"), Encoding.UTF8.GetString(database.ReadDocument("B")!));
        Assert.Null(database.ReadDocument("C"));
        Assert.Null(database.DocumentFailure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_documents_with_one_id_the_newer_one_is_read(bool isFirst)
    {
        var newer = Json().Replace("2026-01-02", "2026-01-03", StringComparison.Ordinal);
        string[] documents = [Json(), newer];
        var database = Read(isFirst ? documents.Reverse() : documents);
        Assert.Equal(newer, Encoding.UTF8.GetString(database.ReadDocument("PYSEC-2026-1")!));
    }

    [Fact]
    public void A_newer_document_about_no_project_of_the_index_removes_the_older_one()
    {
        var newer = Json().Replace("2026-01-02", "2026-01-03", StringComparison.Ordinal)
            .Replace("PyPI", "npm", StringComparison.Ordinal);
        Assert.Null(Read(Json(), newer).ReadDocument("PYSEC-2026-1"));
    }

    [Fact]
    public void On_a_full_disk_a_document_cannot_be_read_and_the_reason_is_told()
    {
        using var writer = new AdvisoryDocuments.Writer(OpenFull);
        writer.Set("A", Encoding.UTF8.GetBytes(Json("A")));
        var documents = writer.Build();
        Assert.Contains("No space left on device", documents.Failure, StringComparison.Ordinal);
        Assert.Equal(documents.Failure, Assert.Throws<IOException>(() => documents.Read("A")).Message);
        Assert.Null(documents.Read("B"));
    }

    /// <summary>A device to which nothing can be written.</summary>
    static SafeFileHandle OpenFull() => File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite);
}
