using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands;

/// <summary>The key that a node seals and votes with, out of its key file; on a devnet, out of the chainspec that publishes it.</summary>
internal static class NodeKey
{
    /// <summary>Null when the options name no account.</summary>
    /// <exception cref="OperatorFault">There is no such key file, or the password does not open it.</exception>
    public static PrivateKey? Unlock(NodeOptions options, string dataDirectory, EngineChainInfo chain)
    {
        if (options.Account.Length == 0) return null;
        if (!Address.TryParse(options.Account, out Address account)) throw new OperatorFault($"--account: '{options.Account}' is not an address");
        if (options.PasswordFile.Length == 0 && Published(chain, account) is { } published) return published;
        if (options.PasswordFile.Length == 0) throw new OperatorFault("--password-file: missing; it unlocks the account's key file");
        KeyDirectory keys = KeyDirectory.Of(options, dataDirectory);
        return keys.Open(account, PasswordFile.Read(options.PasswordFile));
    }

    private static PrivateKey? Published(EngineChainInfo chain, Address account)
    {
        foreach (Hash256 bytes in chain.ProducerKeys)
        {
            PrivateKey key = new(bytes.Bytes);
            if (key.Address == account) return key;
            key.Dispose();
        }

        return null;
    }
}

/// <summary>A file whose first line is a password.</summary>
internal static class PasswordFile
{
    public static string Read(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"--password-file: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
