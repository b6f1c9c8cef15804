using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

/// <summary>A grant to nobody is a warning: it is a typing error, or the user comes later.</summary>
public sealed class GrantedUsersTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_grant_to_a_user_who_does_not_exist_is_a_warning_at_its_place()
    {
        var read = Read("usersSecretRef: { name: users }, grants: [ { to: [ { user: alice }, { user: alcie } ], "
            + "role: Reader } ]");
        Assert.Empty(read.Problems);
        var warning = Assert.Single(read.Warnings);
        Assert.Equal("spec.access.grants[0].to[1].user", warning.FieldPath);
        Assert.Equal("there is no user \"alcie\" in the Secret \"users\"", warning.Message);
        Assert.Equal(5, warning.Line);
    }

    [Fact]
    public void A_grant_to_a_group_without_a_user_is_a_warning() => Assert.Equal(
        "no user in the Secret \"users\" is in a group \"lost\"",
        Assert.Single(Read("usersSecretRef: { name: users }, grants: [ { to: [ { group: team }, { group: lost }, "
            + "{ anyone: {} } ], role: Reader } ]").Warnings).Message);

    [Fact]
    public void A_grant_to_a_user_where_no_Secret_has_users_is_a_warning() => Assert.Equal(
        "there is no user \"publisher\": usersSecretRef names no Secret with users",
        Assert.Single(Read("grants: [ { to: [ { user: publisher } ], role: Reader } ]").Warnings).Message);

    [Fact]
    public void A_Secret_that_is_missing_is_reported_once()
    {
        var read = Read("usersSecretRef: { name: gone }, grants: [ { to: [ { user: alice } ], role: Reader } ]");
        Assert.Single(read.Problems);
        Assert.Empty(read.Warnings);
    }

    ServerConfiguration Read(string access)
    {
        File.WriteAllText(_folder["a.yaml"], Manifests.Repository("team", $"{{ access: {{ {access} }} }}") + $$"""
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData:
              htpasswd: "alice:{{Manifests.Hash}}"
              groups: |
                team: alice
                lost: bob

            """);
        return ConfigurationReader.Read([_folder.Path]);
    }
}
