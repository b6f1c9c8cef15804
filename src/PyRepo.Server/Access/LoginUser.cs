namespace PyRepo.Server.Access;

/// <summary>A user of one Secret. One of the same name in another Secret is somebody else.</summary>
/// <param name="Secret">The Secret, as <see cref="UserStore.Secret"/> names it.</param>
/// <param name="Name">The user's name, which may be unknown.</param>
readonly record struct LoginUser(string Secret, string Name);
