using System.Globalization;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>
/// The cost of computing a hash of crypt(3), according to its beginning
/// (<see href="https://manpages.debian.org/crypt.5">crypt(5)</see>). One login must not keep others from theirs.
/// </summary>
static class HashCost
{
    const string Digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// Whether a hash costs no more than it may. Of a scheme that is not known here, that cannot be told.
    /// </summary>
    public static bool IsBounded(string hash) => hash.Split('$') switch
    {
        [_, "1" or "3" or "apr1", ..] => true,
        [_, "2a" or "2b" or "2x" or "2y", var cost, _] => IsAtMost(cost, ServerLimits.MaxBcryptCost),
        [_, "5" or "6" or "sm3", var rounds, _, _] when rounds.StartsWith("rounds=", StringComparison.Ordinal) =>
            IsAtMost(rounds["rounds=".Length..], ServerLimits.MaxHashRounds),
        [_, "5" or "6" or "sm3", _, _] => true,
        [_, "sha1", var rounds, _, _] => IsAtMost(rounds, ServerLimits.MaxSha1Rounds),
        [_, "md5", ..] => true,
        [_, var rounds, ..] when rounds.StartsWith("md5,rounds=", StringComparison.Ordinal) =>
            IsAtMost(rounds["md5,rounds=".Length..], ServerLimits.MaxHashRounds),
        [_, "y" or "gy" or "sm3y", var parameters, _, _] => IsYescryptBounded(parameters),
        [_, "7", { Length: > 11 } parameters, _] => IsScryptBounded(parameters),
        _ => false,
    };

    /// <summary>Whether each round reads the whole password, so that a longer one costs more.</summary>
    public static bool GrowsWithPassword(string hash) => hash.Split('$') switch
    {
        [_, "1" or "apr1" or "5" or "6" or "sm3" or "sha1" or "md5", ..] => true,
        [_, var rounds, ..] => rounds.StartsWith("md5,", StringComparison.Ordinal),
        _ => false,
    };

    static bool IsAtMost(string number, int max) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var cost) && cost <= max;

    /// <summary>
    /// The kind, the logarithm of N, and r, one digit each. More digits would be more cost, or another kind of work.
    /// </summary>
    static bool IsYescryptBounded(string parameters) =>
        parameters.Length == 3 && Value(parameters[1]) is < 47 and var n && Value(parameters[2]) is < 47 and var r
        && IsMemoryBounded(n + 1, r + 1);

    /// <summary>The logarithm of N in a digit; r and p in five digits each, the lowest first.</summary>
    static bool IsScryptBounded(string parameters) =>
        parameters[2..6] is "...." && parameters[6..11] is "/...."
        && IsMemoryBounded(Value(parameters[0]), Value(parameters[1]));

    static bool IsMemoryBounded(int n, int r) => n < 31 && (128L << n) * r <= ServerLimits.MaxHashMemory;

    /// <summary>The value of a digit; of what is none, one that is too large.</summary>
    static int Value(char digit) => Digits.IndexOf(digit, StringComparison.Ordinal) is >= 0 and var value ? value : 64;
}
