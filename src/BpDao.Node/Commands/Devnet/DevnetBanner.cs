using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Engines;

namespace BpDao.Node.Commands.Devnet;

/// <summary>The accounts of a devnet, for people who try things out.</summary>
internal static class DevnetBanner
{
    private static readonly UInt256 Coin = 1_000_000_000_000_000_000UL;

    /// <param name="balanceOf">In wei.</param>
    public static void WriteKeys(TextWriter output, EngineChainInfo info, Func<Address, UInt256> balanceOf)
    {
        output.WriteLine("Available Accounts");
        output.WriteLine("==================");
        for (int i = 0; i < info.AccountKeys.Count; i++)
        {
            using PrivateKey key = new(info.AccountKeys[i].Bytes);
            output.WriteLine($"({i}) {key.Address} ({balanceOf(key.Address) / Coin} coins)");
        }

        output.WriteLine();
        output.WriteLine("Private Keys (published: everybody has them)");
        output.WriteLine("==================");
        for (int i = 0; i < info.AccountKeys.Count; i++) output.WriteLine($"({i}) {info.AccountKeys[i]}");
        output.WriteLine();
    }
}
