using EndToEnd.Clients;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>The example <c>users-and-grants</c>.</summary>
[Example("users-and-grants")]
public sealed class UsersAndGrantsTests
{
    [ClientFact]
    public async Task Each_user_and_token_may_do_only_what_is_granted()
    {
        await using var example = new Example("users-and-grants");
        await example.RunAsync();
    }
}
