namespace PyRepo.Server.Access;

/// <summary>
/// Credentials cannot be checked at the moment: what is needed for that, such as the keys of a token's issuer, cannot be
/// read.
/// </summary>
/// <param name="message">The failure, in a sentence.</param>
/// <param name="inner">The cause.</param>
sealed class AuthenticationUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
