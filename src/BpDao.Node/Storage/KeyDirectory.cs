using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Options;

namespace BpDao.Node.Storage;

/// <summary>The key files of a node, version 3 of the Web3 Secret Storage, one account a file.</summary>
internal sealed class KeyDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    public static KeyDirectory Of(NodeOptions options, string dataDir) =>
        new(options.Keystore.Length != 0 ? options.Keystore : System.IO.Path.Combine(dataDir, "keystore"));

    /// <summary>Each account with its file, by file name, which begins with the time it was made.</summary>
    public IReadOnlyList<(Address Account, string File)> List()
    {
        if (!Directory.Exists(path)) return [];
        List<(Address, string)> found = [];
        foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
        {
            if (KeyStoreFile.TryReadAddress(Read(file), out Address account)) found.Add((account, file));
        }

        return found;
    }

    /// <summary>The key of an account.</summary>
    /// <exception cref="OperatorFault">No file, or not with that password.</exception>
    public PrivateKey Open(Address account, string password)
    {
        string file = List().FirstOrDefault(k => k.Account == account).File ?? throw new OperatorFault($"'{path}' has no key file of {account}");
        if (!KeyStoreFile.TryDecrypt(Read(file), password, out PrivateKey? key, out KeyStoreError error))
        {
            throw new OperatorFault($"key file '{file}' does not open: {Describe(error)}");
        }

        if (key.Address == account) return key;
        key.Dispose();
        throw new OperatorFault($"key file '{file}' says {account} and holds another key");
    }

    /// <summary>Writes a new file and returns its path.</summary>
    /// <exception cref="OperatorFault">The account has one already, or the directory cannot be written.</exception>
    public string Add(PrivateKey key, string password, DateTimeOffset now)
    {
        if (List().Any(k => k.Account == key.Address)) throw new OperatorFault($"'{path}' has a key file of {key.Address} already");
        string file = System.IO.Path.Combine(path, KeyStoreFile.NameOf(key.Address, now));
        try
        {
            Directory.CreateDirectory(path);
            FileStreamOptions creation = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = OwnerOnly;
            using FileStream stream = new(file, creation);
            using StreamWriter writer = new(stream);
            writer.Write(KeyStoreFile.Encrypt(key, password));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"keystore '{path}' cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }

        return file;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"key file '{file}' cannot be read: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }

    private static string Describe(KeyStoreError error) => error switch
    {
        KeyStoreError.WrongPassword => "wrong password",
        KeyStoreError.Unsupported => "its version, cipher or key derivation is not known",
        KeyStoreError.TooExpensive => "its key derivation asks for too much memory or time",
        _ => "it is malformed",
    };
}
