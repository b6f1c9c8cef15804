namespace PyRepo.Server.Access;

/// <summary>Who logs in, and from where.</summary>
/// <param name="Users">The users of one Secret.</param>
/// <param name="User">The user's name, which may be unknown.</param>
/// <param name="Address">The client's address.</param>
readonly record struct LoginPair(UserStore Users, string User, string Address)
{
    /// <summary>Whether the Secret has the user.</summary>
    public bool Exists => Users.Passwords.ContainsKey(User);

    /// <summary>The user, apart from those of the same name in other Secrets.</summary>
    public LoginUser Account => new(Users.Secret, User);
}
