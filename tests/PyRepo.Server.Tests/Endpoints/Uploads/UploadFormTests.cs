using PyRepo.Server.Endpoints.Uploads;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadFormTests
{
    [Theory]
    [InlineData("foo", "foo")]
    [InlineData("  foo \r\n", "foo")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData("UNKNOWN", null)]
    [InlineData(" UNKNOWN ", null)]
    [InlineData("unknown", "unknown")]
    public void An_empty_or_unknown_value_counts_as_missing(string value, string? expected)
    {
        var form = new UploadForm();
        form.Add(UploadField.Project, value);
        Assert.Equal(expected, form.Name);
    }

    [Fact]
    public void The_first_of_several_values_that_is_not_empty_wins()
    {
        var form = new UploadForm();
        foreach (var value in (string[])["", "one", "two"])
            form.Add(UploadField.Version, value);
        Assert.Equal("one", form.Version);
    }

    [Fact]
    public void Each_field_has_the_name_that_clients_give_it()
    {
        var form = new UploadForm();
        string[] names =
        [
            ":action", "name", "version", "filetype", "protocol_version", "sha256_digest", "md5_digest",
            "blake2_256_digest",
        ];
        foreach (var name in names)
            form.Add(UploadField.Find(name)!, $"of {name}");
        string?[] values =
        [
            form.Action, form.Name, form.Version, form.FileType, form.ProtocolVersion, form.Sha256, form.Md5,
            form.Blake2b256,
        ];
        Assert.Equal(names.Select(name => $"of {name}"), values);
        Assert.Null(UploadField.Find("Name"));
    }
}
