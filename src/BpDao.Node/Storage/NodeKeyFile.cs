using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Node.Storage;

/// <summary>The key by which other nodes know this one: 64 hex digits in a file that only its owner reads. It holds no funds and signs no votes.</summary>
internal static class NodeKeyFile
{
    private const string Name = "nodekey";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the file, or makes it.</summary>
    /// <param name="path">Empty: in the data directory.</param>
    /// <exception cref="OperatorFault">It holds no key, or cannot be read or made.</exception>
    public static PrivateKey Open(string path, DataDirectory data)
    {
        string file = path.Length != 0 ? path : data.Combine(Name);
        try
        {
            if (!File.Exists(file)) return Create(file);
            return PrivateKey.TryParse(File.ReadAllText(file).Trim(), out PrivateKey? key)
                ? key
                : throw new OperatorFault($"node key '{file}' does not hold 64 hex digits of a key; remove it, and a new one is made");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"node key '{file}' cannot be read or made: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }

    private static PrivateKey Create(string file)
    {
        PrivateKey key = PrivateKey.Generate();
        // Whole or not at all: half a key would be refused at the next start.
        string partial = file + ".partial";
        File.Delete(partial);
        FileStreamOptions creation = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = OwnerOnly;
        using (StreamWriter writer = new(partial, System.Text.Encoding.ASCII, creation)) writer.Write(Convert.ToHexStringLower(key.Bytes));
        File.Move(partial, file);
        return key;
    }
}
