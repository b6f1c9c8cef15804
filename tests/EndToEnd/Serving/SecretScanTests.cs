using Xunit.Sdk;

namespace EndToEnd.Serving;

/// <summary>The scan that each server of a test run undergoes would find a secret.</summary>
public sealed class SecretScanTests
{
    [Theory]
    [InlineData("uploaded with pyrepo_0123456789ab_0123456789abcdefghijklmnopqrstuvwxyz0123456789abcd")]
    [InlineData("uploaded with pyrepo_oidc.eyJqdGkiOiJ4In0")]
    [InlineData("got eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0abc.c2lnbmF0dXJl")]
    [InlineData("Authorization: Basic YWxpY2U6c2VjcmV0")]
    [InlineData("the password is correct-horse-battery")]
    public void A_secret_is_found(string text) => Assert.ThrowsAny<XunitException>(
        () => SecretScan.AssertClean("the log", text, ["correct-horse-battery"]));

    [Fact]
    public void The_name_of_a_token_is_not_a_secret() => SecretScan.AssertClean(
        "the log", "alice (token 0123456789ab) uploaded; Basic authentication is required", ["short"]);
}
