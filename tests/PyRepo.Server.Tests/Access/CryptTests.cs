using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class CryptTests
{
    /// <summary>Results of other implementations: Openwall's crypt_blowfish, OpenSSL, libxcrypt's own tables.</summary>
    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("Hello world!",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("secret", "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0")]
    [InlineData("U*U", "$apr1$abcd$7T/rgb7.OFAd1QqJBFep00")]
    [InlineData("a much longer password than sixteen bytes, with ümläuts", "$apr1$12345678$4Yo/MDDB2FkA1OqAfhdEZ1")]
    [InlineData("U*U", "$y$j9T$AAt9R641xPvCI9nXw1HHW/$FUz.1Vx4M14HSXN/1z4dhT9YNC3y8cJNYhz90koTiuD")]
    public void A_password_has_its_hash_and_no_other_password_has_it(string password, string hash)
    {
        Assert.True(Crypt.Knows(hash));
        Assert.True(Crypt.Matches(password, hash));
        Assert.False(Crypt.Matches(password + "x", hash));
        Assert.False(Crypt.Matches("", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("a long secret in clear")]
    [InlineData("$apr1$$LrttParrLPdxvgutaSXWJ0")]
    [InlineData("$apr1$saltsalt$LrttParrLPdxvgutaSXWJ")]
    [InlineData("$apr1$saltsalt$LrttParrLPdxvgutaSXWJ!")]
    [InlineData("$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0\0")]
    [InlineData("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\0x")]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA")]
    [InlineData("$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF")]
    [InlineData("$9$abcdefghijklmnop$xyz")]
    [InlineData("*0")]
    [InlineData("!$6$saltstring$x")]
    public void A_hash_that_crypt_cannot_compute_is_not_recognized(string hash) =>
        Assert.False(Crypt.Knows(hash));

    [Theory]
    [InlineData("U*U\0", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\0x")]
    [InlineData("secret\0anything", "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0")]
    public void Characters_after_a_NUL_are_not_ignored(string password, string hash) =>
        Assert.False(Crypt.Matches(password, hash));

    [Fact]
    public void An_empty_password_has_a_hash_too() =>
        Assert.True(Crypt.Matches("", "$apr1$x$tMwYqBfQwi3FYAr0aJc8M/"));

    [Fact]
    public void A_hash_that_is_slow_on_purpose_is_recognized_without_computing_it()
    {
        // 2^31 rounds would take days.
        Assert.True(Crypt.Knows("$2y$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    }
}
