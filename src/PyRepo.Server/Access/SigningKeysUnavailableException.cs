namespace PyRepo.Server.Access;

/// <summary>A token cannot be checked at the moment, because its issuer's keys cannot be read.</summary>
/// <param name="message">What failed, in a sentence.</param>
/// <param name="inner">The cause.</param>
sealed class SigningKeysUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
