using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>The precompiled contracts of every fork, each fork's from the one before.</summary>
internal sealed class PrecompileTable
{
    private readonly PrecompileSet[] _byFork;

    public PrecompileTable(ISecp256k1 curve, IModularExponentiation powers)
    {
        Precompile?[] current = new Precompile?[PrecompileSet.LastNumber + 1];
        _byFork = new PrecompileSet[Enum.GetValues<Fork>().Length];
        for (Fork fork = Fork.Frontier; (int)fork < _byFork.Length; fork++)
        {
            Apply(fork, current, curve, powers);
            _byFork[(int)fork] = new PrecompileSet(current);
        }
    }

    public PrecompileSet Of(Fork fork) => _byFork[(int)fork];

    private static void Apply(Fork fork, Precompile?[] table, ISecp256k1 curve, IModularExponentiation powers)
    {
        switch (fork)
        {
            case Fork.Frontier:
                table[0x01] = new EcRecover(curve);
                table[0x02] = new Sha256Digest();
                table[0x03] = new Ripemd160Digest();
                table[0x04] = new Identity();
                break;
            case Fork.Byzantium:
                table[0x05] = new ModExp(ModExpPrice.Eip198, powers);
                table[0x06] = new Bn254Add(gas: 500);
                table[0x07] = new Bn254Multiply(gas: 40_000);
                table[0x08] = new Bn254Pairing(gas: 100_000, gasPerPair: 80_000);
                break;
            case Fork.Istanbul:
                table[0x06] = new Bn254Add(gas: 150); // EIP-1108
                table[0x07] = new Bn254Multiply(gas: 6_000);
                table[0x08] = new Bn254Pairing(gas: 45_000, gasPerPair: 34_000);
                table[0x09] = new Blake2Compression();
                break;
            case Fork.Berlin:
                table[0x05] = new ModExp(ModExpPrice.Eip2565, powers);
                break;
            case Fork.Cancun:
                table[0x0a] = new PointEvaluation();
                break;
            case Fork.Prague:
                table[0x0b] = new Bls12381Operation(gas: 375, outputLength: 128, Bls12381.TryAddG1);
                table[0x0c] = new Bls12381MultiplySum(
                    Bls12381MultiplySum.GasG1, Bls12381MultiplySum.DiscountsG1, pairLength: 160, outputLength: 128, Bls12381.TryMultiplySumG1);
                table[0x0d] = new Bls12381Operation(gas: 600, outputLength: 256, Bls12381.TryAddG2);
                table[0x0e] = new Bls12381MultiplySum(
                    Bls12381MultiplySum.GasG2, Bls12381MultiplySum.DiscountsG2, pairLength: 288, outputLength: 256, Bls12381.TryMultiplySumG2);
                table[0x0f] = new Bls12381Pairing();
                table[0x10] = new Bls12381Operation(gas: 5_500, outputLength: 128, Bls12381.TryMapG1);
                table[0x11] = new Bls12381Operation(gas: 23_800, outputLength: 256, Bls12381.TryMapG2);
                break;
            case Fork.Osaka:
                table[0x05] = new ModExp(ModExpPrice.Eip7883, powers);
                table[0x100] = new P256Verify();
                break;
        }
    }
}
