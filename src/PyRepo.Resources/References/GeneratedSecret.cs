namespace PyRepo.Resources.References;

/// <summary>
/// The names and keys of the Secrets that the operator makes and servers read: <c>NAME-credentials</c> with a generated
/// password, and the key of a namespace that signs tokens between its servers. The operator reads neither.
/// </summary>
public static class GeneratedSecret
{
    /// <summary>The Secret of a namespace that signs tokens between its servers.</summary>
    public const string SigningKey = "pyrepo-signing-key";

    /// <summary>The key of the signing key's value.</summary>
    public const string CurrentKey = "current";

    /// <summary>
    /// The key of the user of a password
    /// (<see href="https://kubernetes.io/docs/concepts/configuration/secret/#basic-authentication-secret">kubernetes.io/basic-auth</see>).
    /// </summary>
    public const string UserNameKey = "username";

    /// <summary>The key of the password.</summary>
    public const string PasswordKey = "password";

    /// <summary>The key of the value before the current one, of either Secret.</summary>
    public const string PreviousKey = "previous";

    /// <summary>The key that says until when the value before is valid (RFC 3339), of either Secret.</summary>
    public const string PreviousUntilKey = "previous-until";

    /// <summary>The user whose password is generated where a resource names no users.</summary>
    public const string User = "publisher";

    /// <summary>The name of the Secret with the generated password of a resource.</summary>
    public static string Credentials(string resource) => $"{resource}-credentials";

    /// <summary>Whether a Secret has a name of one of these.</summary>
    public static bool IsName(string secret) =>
        secret == SigningKey || secret.EndsWith(Credentials(""), StringComparison.Ordinal);
}
