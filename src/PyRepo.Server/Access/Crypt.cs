using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>
/// Computes password hashes: with crypt(3) of the system's libcrypt, which supports bcrypt, yescrypt, SHA-512 and other
/// schemes, or with <see cref="ApacheMd5"/>.
/// </summary>
static partial class Crypt
{
    const string Library = "crypt";
    const int DataSize = 32768; // sizeof(struct crypt_data)
    const int MaxPasswordLength = 512; // CRYPT_MAX_PASSPHRASE_SIZE
    const int MaxBcryptLength = 72; // bcrypt ignores what follows
    const int BcryptCost = 11; // about 100 ms
    const int Invalid = 1, Disabled = 2; // CRYPT_SALT_INVALID, CRYPT_SALT_METHOD_DISABLED

    static Crypt() => NativeLibrary.SetDllImportResolver(typeof(Crypt).Assembly, Resolve);

    /// <summary>
    /// Returns whether the scheme of a hash can be computed, and the hash is not plain text. Computes no hash, because
    /// schemes are slow on purpose and configurations are read often.
    /// </summary>
    public static bool Knows(string hash) =>
        hash.Length >= 13 && hash[0] == '$' && !hash.Contains('\0')
        && (ApacheMd5.Knows(hash) || CheckSetting(hash) is not (Invalid or Disabled));

    /// <summary>
    /// Returns whether this can be the password of a hash. crypt(3) would ignore what follows a NUL, and some schemes
    /// cost more the longer it is.
    /// </summary>
    public static bool CanBePassword(string password, string hash) =>
        password.Length <= MaxPasswordLength && !password.Contains('\0')
        && (!HashCost.GrowsWithPassword(hash)
            || Encoding.UTF8.GetByteCount(password) <= ServerLimits.MaxHashedPasswordLength);

    /// <summary>
    /// Returns whether a password has this hash, or null if that could not be computed: some schemes need memory that
    /// may be missing at the moment. Takes as long as the scheme intends.
    /// </summary>
    public static bool? Matches(string password, string hash)
    {
        if (!CanBePassword(password, hash) || !Knows(hash))
            return false;
        var computed = ApacheMd5.Knows(hash) ? ApacheMd5.Hash(password, hash) : Hash(password, hash);
        return computed is null
            ? null
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(computed), Encoding.UTF8.GetBytes(hash));
    }

    /// <summary>
    /// Returns a bcrypt hash of a password with a new salt, which every server that reads htpasswd files knows.
    /// </summary>
    /// <exception cref="ArgumentException">The password is too long for the scheme, or has a NUL.</exception>
    public static unsafe string HashNew(string password)
    {
        if (password.Contains('\0') || Encoding.UTF8.GetByteCount(password) > MaxBcryptLength)
            throw new ArgumentException($"At most {MaxBcryptLength} bytes are allowed, and no NUL.", nameof(password));
        const int saltLength = 16, settingSize = 192; // CRYPT_GENSALT_OUTPUT_SIZE
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var setting = stackalloc byte[settingSize];
        fixed (byte* random = salt)
        {
            var made = CreateSetting("$2b$", BcryptCost, random, saltLength, setting, settingSize);
            return Hash(password, Marshal.PtrToStringUTF8(made) ?? "")
                ?? throw new CryptographicException("crypt(3) cannot compute bcrypt hashes.");
        }
    }

    static unsafe string? Hash(string password, string setting)
    {
        var data = NativeMemory.AllocZeroed(DataSize);
        try
        {
            var result = Compute(password, setting, data, DataSize);
            // libxcrypt returns "*0", "*1" or null for a setting that it does not know, and without memory.
            var hash = Marshal.PtrToStringUTF8(result);
            return hash is null || hash.StartsWith('*') ? null : hash;
        }
        finally
        {
            NativeMemory.Clear(data, DataSize);
            NativeMemory.Free(data);
        }
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (var file in (string[])["libcrypt.so.1", "libcrypt.so.2"])
        {
            if (NativeLibrary.TryLoad(file, out var handle))
                return handle;
        }
        return 0;
    }

    [LibraryImport(Library, EntryPoint = "crypt_checksalt", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CheckSetting(string setting);

    [LibraryImport(Library, EntryPoint = "crypt_gensalt_rn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint CreateSetting(
        string prefix, uint count, byte* random, int randomLength, byte* setting, int settingSize);

    [LibraryImport(Library, EntryPoint = "crypt_rn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint Compute(string password, string setting, void* data, int size);
}
