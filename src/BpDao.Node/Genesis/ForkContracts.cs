using BpDao.Core;
using BpDao.Evm;
using BpDao.Specs;

namespace BpDao.Node.Genesis;

/// <summary>Contracts that a new network has from the start: those that forks call, and the factory that deployment tools expect.</summary>
internal static class ForkContracts
{
    /// <summary>Address to code; each has nonce 1, as after its deployment on other networks.</summary>
    public static IReadOnlyDictionary<Address, ReadOnlyMemory<byte>> All { get; } = new Dictionary<Address, ReadOnlyMemory<byte>>
    {
        // https://eips.ethereum.org/EIPS/eip-4788#bytecode
        [ForkSystemCalls.BeaconRoots] = Hex.Decode(
            "0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001f"
            + "ff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500"),
        // https://eips.ethereum.org/EIPS/eip-2935#bytecode
        [ForkSystemCalls.HistoryStorage] = Hex.Decode(
            "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f526020"
            + "5ff35b5f5ffd5b5f35611fff60014303065500"),
        // https://github.com/Arachnid/deterministic-deployment-proxy: CREATE2 for everybody, at the address that tools look for it.
        [Address.Parse("0x4e59b44847b379578588920ca78fbf26c0b4956c")] = Hex.Decode(
            "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b808252505050"
            + "6014600cf3"),
    };
}
